package io.nanomq;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A test that nobody runs is none: what {@code ./mvnw verify} leaves out is run by CI. */
class SlowTestsTest {
  private static final String MARK = "@Tag(\"" + "slow\")";

  @Test
  void ciNamesThemAll() throws IOException {
    String ci = Files.readString(Path.of(".ci/run"));
    List<String> slow = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      for (Path file : files.filter(f -> f.toString().endsWith("Test.java")).toList()) {
        if (Files.readString(file).contains(MARK)) {
          slow.add(file.getFileName().toString().replace(".java", ""));
        }
      }
    }
    assertThat(slow).hasSizeGreaterThan(5).allSatisfy(name -> assertThat(ci).contains(name));
    assertThat(ci).as("those of packaged brokers").contains("-Dgroups=slow").contains("failsafe:");
  }

  /** The JVM that Quarkus starts in is given those only that are where it looks. */
  @Test
  void testsWithQuarkusAreWhereTheyAreLookedFor() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    Set<String> folders = new TreeSet<>();
    Path root = Path.of("src/test/java/io/nanomq");
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        if (Files.readString(file).lines().anyMatch("@QuarkusTest"::equals)) {
          assertThat(file.toString()).endsWith("Test.java");
          folders.add(root.relativize(file).getName(0).toString());
        }
      }
    }
    assertThat(folders)
        .isNotEmpty()
        .allSatisfy(name -> assertThat(pom).contains("<include>**/" + name + "/**/*Test.java<"));
  }
}
