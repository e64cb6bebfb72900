package io.nanomq;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code ./mvnw verify} leaves out is run by CI: a slow test that nobody runs is none. */
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
}
