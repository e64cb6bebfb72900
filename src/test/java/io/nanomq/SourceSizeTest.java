package io.nanomq;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * Holds files to 400 lines, those of tests to 499, methods, tables apart, to 60, and packages to 30
 * files.
 */
class SourceSizeTest {
  private static final int MAX_FILE_LINES = 400;
  private static final int MAX_TEST_LINES = 499;
  private static final int MAX_PACKAGE_FILES = 30;
  private static final int MAX_METHOD_LINES = 60;

  @Test
  void filesStayShort() throws IOException {
    var tooLong = new ArrayList<String>();
    for (Path file : sources()) {
      int lines = Files.readAllLines(file).size();
      if (lines > (file.startsWith(Path.of("src/main")) ? MAX_FILE_LINES : MAX_TEST_LINES)) {
        tooLong.add(file + ": " + lines);
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void packagesStaySmall() throws IOException {
    var files = new HashMap<Path, Integer>();
    for (Path file : sources()) {
      if (file.startsWith(Path.of("src/main")) && !file.endsWith("package-info.java")) {
        files.merge(file.getParent(), 1, Integer::sum);
      }
    }
    assertThat(files).hasSizeGreaterThan(20);
    assertThat(files.values()).allMatch(count -> count <= MAX_PACKAGE_FILES);
  }

  @Test
  void methodsStayShort() throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var units = files.getJavaFileObjectsFromPaths(sources());
      var task =
          (JavacTask) compiler.getTask(null, files, null, List.of("-proc:none"), null, units);
      var tooLong = new ArrayList<String>();
      for (CompilationUnitTree unit : task.parse()) {
        new LongMethods(unit, Trees.instance(task), tooLong).scan(unit, null);
      }
      assertThat(tooLong).isEmpty();
    }
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> paths = Files.walk(Path.of("src"))) {
      return paths.filter(path -> path.toString().endsWith(".java")).toList();
    }
  }

  private static final class LongMethods extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final Trees trees;
    private final List<String> found;

    LongMethods(CompilationUnitTree unit, Trees trees, List<String> found) {
      this.unit = unit;
      this.trees = trees;
      this.found = found;
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      long lines = line(method, false) - line(method, true) + 1;
      if (lines > MAX_METHOD_LINES && !isTable(method)) {
        found.add(unit.getSourceFile().getName() + ": " + method.getName() + ": " + lines);
      }
      return super.visitMethod(method, unused);
    }

    // A table is read line by line: long statements and no flow.
    private static boolean isTable(MethodTree method) {
      return method.getBody() != null
          && method.getBody().getStatements().stream()
              .allMatch(statement -> statement instanceof ReturnTree || isDeclaration(statement));
    }

    private static boolean isDeclaration(StatementTree statement) {
      return statement instanceof VariableTree || statement instanceof ExpressionStatementTree;
    }

    private long line(MethodTree method, boolean start) {
      var positions = trees.getSourcePositions();
      long offset =
          start ? positions.getStartPosition(unit, method) : positions.getEndPosition(unit, method);
      return unit.getLineMap().getLineNumber(offset);
    }
  }
}
