package io.nanomq;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.Tree;
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

/** Holds files to less than 400 lines, methods, tables apart, to 60, and packages to 30 files. */
class SourceSizeTest {
  private static final int MAX_FILE_LINES = 399;
  private static final int MAX_PACKAGE_FILES = 30;
  private static final int MAX_METHOD_LINES = 60;
  private static final int USUAL_METHOD_LINES = 15;
  private static final int MAX_ARGUMENTS = 12;

  @Test
  void filesStayShort() throws IOException {
    var tooLong = new ArrayList<String>();
    for (Path file : sources()) {
      int lines = Files.readAllLines(file).size();
      if (lines > MAX_FILE_LINES) {
        tooLong.add(file + ": " + lines);
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void packagesStaySmall() throws IOException {
    var files = new HashMap<Path, Integer>();
    for (Path file : sources()) {
      if (isMain(file)) {
        files.merge(file.getParent(), 1, Integer::sum);
      }
    }
    assertThat(files).hasSizeGreaterThan(20);
    assertThat(files.values()).allMatch(count -> count <= MAX_PACKAGE_FILES);
  }

  /** Whoever looks for a name finds one file. */
  @Test
  void noTwoTypesShareAName() throws IOException {
    var names = new HashMap<Path, Integer>();
    sources().forEach(file -> names.merge(file.getFileName(), 1, Integer::sum));
    names.remove(Path.of("package-info.java"));
    names.values().removeIf(count -> count == 1);
    assertThat(names).isEmpty();
  }

  @Test
  void methodsStayShort() throws IOException {
    Sizes sizes = measure(sources());
    assertThat(sizes.tooLong).isEmpty();
    assertThat(sizes.tooManyArguments).isEmpty();
  }

  @Test
  void nineMethodsInTenAreFifteenLinesAtMost() throws IOException {
    List<Path> main = sources().stream().filter(SourceSizeTest::isMain).toList();
    List<Long> lines = measure(main).bodies.stream().sorted().toList();
    assertThat(lines).hasSizeGreaterThan(1000);
    assertThat(lines.get(lines.size() * 9 / 10)).isLessThanOrEqualTo(USUAL_METHOD_LINES);
  }

  private static Sizes measure(List<Path> sources) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var units = files.getJavaFileObjectsFromPaths(sources);
      var task =
          (JavacTask) compiler.getTask(null, files, null, List.of("-proc:none"), null, units);
      var sizes = new Sizes(Trees.instance(task));
      for (CompilationUnitTree unit : task.parse()) {
        sizes.measure(unit);
      }
      return sizes;
    }
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> paths = Files.walk(Path.of("src"))) {
      return paths.filter(path -> path.toString().endsWith(".java")).toList();
    }
  }

  private static boolean isMain(Path file) {
    return file.startsWith(Path.of("src/main"));
  }

  private static final class Sizes extends TreeScanner<Void, Void> {
    private final Trees trees;
    final List<String> tooLong = new ArrayList<>();
    final List<String> tooManyArguments = new ArrayList<>();
    final List<Long> bodies = new ArrayList<>();
    private CompilationUnitTree unit;

    Sizes(Trees trees) {
      this.trees = trees;
    }

    void measure(CompilationUnitTree next) {
      unit = next;
      scan(unit, null);
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      long count = lines(method);
      if (method.getBody() != null) {
        // Annotations describe the API and parameters say what is needed: neither is to be
        // followed.
        bodies.add(lines(method.getBody()));
      }
      if (count > MAX_METHOD_LINES && !isTable(method)) {
        tooLong.add(unit.getSourceFile().getName() + ": " + method.getName() + ": " + count);
      }
      return super.visitMethod(method, unused);
    }

    // More than that cannot be told apart by where they stand.
    @Override
    public Void visitNewClass(NewClassTree call, Void unused) {
      if (call.getArguments().size() > MAX_ARGUMENTS) {
        tooManyArguments.add(unit.getSourceFile().getName() + ": " + call.getIdentifier());
      }
      return super.visitNewClass(call, unused);
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

    private long lines(Tree tree) {
      var positions = trees.getSourcePositions();
      var map = unit.getLineMap();
      return map.getLineNumber(positions.getEndPosition(unit, tree))
          - map.getLineNumber(positions.getStartPosition(unit, tree))
          + 1;
    }
  }
}
