package io.nanomq.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/nanomq} in a checkout of its own, with something in the place of Java. */
class StartScriptTest {
  private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path home;
  private Path jar;
  private Path source;

  @BeforeEach
  void checkout() throws IOException {
    Path script = Files.createDirectories(home.resolve("bin")).resolve("nanomq");
    Files.copy(Path.of("bin/nanomq"), script);
    runnable(script);
    jar = file("target/quarkus-app/quarkus-run.jar", "");
    file("pom.xml", "");
    source = file("src/main/java/A.java", "");
    runnable(file("java", "#!/bin/sh\necho \"$@\"\n"));
  }

  private Path file(String name, String text) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(BUILT));
    return file;
  }

  private static void runnable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  /** Runs it and gives back what it says, errors behind the rest. */
  private String run(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = home.resolve("bin/nanomq").toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("NANOMQ_JAVA", home.resolve("java").toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  @Test
  void runsWhatIsBuiltWithItsArguments() throws Exception {
    assertThat(run("start", "--conf", "a b"))
        .contains("-jar " + jar + " start --conf a b")
        .doesNotContain("nanomq: ");
  }

  @Test
  void saysThatSourcesAreNewerThanWhatRuns() throws Exception {
    Files.setLastModifiedTime(source, FileTime.from(BUILT.plusSeconds(60)));
    assertThat(run("start"))
        .contains("nanomq: sources are newer than what runs")
        .contains("-jar " + jar + " start");
  }

  @Test
  void withoutSourcesThereIsNothingToSay() throws Exception {
    Files.delete(source);
    Files.delete(source.getParent());
    Files.delete(home.resolve("src/main"));
    assertThat(run("start")).doesNotContain("nanomq: ");
  }
}
