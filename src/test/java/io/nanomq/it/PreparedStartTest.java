package io.nanomq.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code bin/nanomq} keeps beside the build, with something in the place of a JDK. */
class PreparedStartTest {
  /** Notes when it is asked what it knows; archives a word; else says what it was started with. */
  private static final String JAVA =
      """
      #!/bin/sh
      case "$*" in
        *-version) echo "$*" >>"%1$s/asked" ;;
        *-XX:ArchiveClassesAtExit=classes*)
          echo "$*" >>"%1$s/archived"
          cp -p nanomq.conf "%1$s/conf"
          echo archive >classes
          echo "MQTT on" ;;
        *) echo "$@" ;;
      esac
      """;

  @TempDir Path home;

  @BeforeEach
  void checkout() throws IOException {
    Files.copy(Path.of("bin/nanomq"), file("bin/nanomq", ""), REPLACE_EXISTING);
    Files.copy(Path.of("bin/jvm.options"), file("bin/jvm.options", ""), REPLACE_EXISTING);
    runnable(home.resolve("bin/nanomq"));
    file("target/quarkus-app/app/nanomq.jar", "");
    file("target/quarkus-app/lib/boot/boot.jar", "");
    file("target/quarkus-app/lib/main/main.jar", "");
    file("target/quarkus-app/quarkus-run.jar", "");
    runnable(file("jdk/bin/java", JAVA.formatted(home)));
    file("jdk/release", "JAVA_VERSION=\"17.0.1\"\n");
    // The script looks once a second, at a JVM that takes some; this one has nothing to do.
    runnable(file("tools/sleep", "#!/bin/sh\nPATH=${PATH#*:} exec sleep 0.02\n"));
  }

  private Path file(String name, String text) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static void runnable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private String run(String options, String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = home.resolve("bin/nanomq").toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("NANOMQ_JAVA", home.resolve("jdk/bin/java").toString());
    builder.environment().put("JAVA_OPTS", options);
    builder.environment().merge("PATH", home.resolve("tools") + ":", (path, ours) -> ours + path);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private List<Path> archives() throws IOException {
    Path start = home.resolve("target/start");
    if (!Files.exists(start)) {
      return List.of();
    }
    try (Stream<Path> files = Files.find(start, 2, (file, is) -> is.isRegularFile())) {
      return files.filter(file -> file.toString().contains("/classes-")).toList();
    }
  }

  private boolean asked() throws IOException {
    return Files.deleteIfExists(home.resolve("asked"));
  }

  @Test
  void whatIsPreparedIsWhatTheNextStartTakes() throws Exception {
    assertThat(run("", "prepare")).isEmpty();
    assertThat(archives()).hasSize(1);
    asked();

    String archive = archives().get(0).toString();
    String classPath = archives().get(0).resolveSibling("classpath").toString();
    assertThat(run("-Xa -Xb", "stop", "a b"))
        .contains("-XX:+UseShenandoahGC", "-XX:SharedArchiveFile=" + archive, "@" + classPath)
        .endsWith(" -Xa -Xb io.nanomq.PreparedMain stop a b\n");
    assertThat(asked()).as("java -version").isFalse();
    Path app = home.toRealPath().resolve("target/quarkus-app");
    String jars =
        "%1$s/quarkus/transformed-bytecode.jar:%1$s/quarkus/generated-bytecode.jar"
            + ":%1$s/app/nanomq.jar:%1$s/lib/boot/boot.jar:%1$s/lib/main/main.jar";
    assertThat(Files.readString(Path.of(classPath))).contains('"' + jars.formatted(app) + '"');
  }

  @Test
  void twoThatPrepareAtOnceLeaveEachOtherAlone() throws Exception {
    run("", "prepare");
    Path kept = archives().get(0).getParent();
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Path begun = Files.createDirectory(kept.resolve("making." + ProcessHandle.current().pid()));
    Path left = Files.createDirectory(kept.resolve("making." + gone.pid()));

    run("", "prepare");
    assertThat(begun).exists();
    assertThat(left).doesNotExist();
  }

  @Test
  void theFirstStartPreparesTheNextOneBesideTheBroker() throws Exception {
    assertThat(run("", "start", "--conf", "a b"))
        .contains("-jar " + home.toRealPath().resolve("target/quarkus-app/quarkus-run.jar"))
        .endsWith(" start --conf a b\n");
    await().atMost(Duration.ofSeconds(60)).until(() -> archives().size() == 1);
    assertThat(run("", "start")).contains("-XX:SharedArchiveFile=");
  }

  /**
   * One that was made by another JVM, of other jars or another heap, or is cut or could be forged.
   */
  @ParameterizedTest
  @ValueSource(strings = {"release", "jar", "heap", "cut", "writable", "unwanted"})
  void whatDoesNotFitIsNotTaken(String what) throws Exception {
    run("", "prepare");
    Path archive = archives().get(0);
    switch (what) {
      case "release" -> file("jdk/release", "JAVA_VERSION=\"17.0.2\"\n");
      case "jar" -> file("target/quarkus-app/lib/main/main.jar", "another");
      case "cut" -> Files.writeString(archive, "arch");
      case "writable" -> {
        var all = PosixFilePermissions.fromString("rw-rw-rw-");
        Files.setPosixFilePermissions(archive, all);
      }
      default -> {}
    }
    String options = what.equals("heap") ? "-Xmx40g" : what.equals("unwanted") ? "-Xshare:off" : "";
    assertThat(run(options, "stop"))
        .doesNotContain("-XX:SharedArchiveFile=", "nanomq: ")
        .contains("-jar ");
    assertThat(Files.exists(archive)).isEqualTo(!what.equals("cut"));
  }

  /** Whoever is on this machine could use a broker with the default password meanwhile. */
  @Test
  void theBrokerThatPreparesLetsNobodyIn() throws Exception {
    run("", "prepare");
    Path conf = home.resolve("conf");
    assertThat(Files.readAllLines(conf))
        .contains("allow_anonymous=false", "http_server.ip_addr=127.0.0.1")
        .anyMatch(line -> line.matches("http_server\\.password=[0-9a-f]{32}"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(conf)))
        .isEqualTo("rw-------");
  }

  /** As where the build is older than the script and lacks the class that is named. */
  @Test
  void aBrokerThatDoesNotStartLeavesNoArchive() throws Exception {
    runnable(file("jdk/bin/java", JAVA.formatted(home).replace("MQTT on", "no such class")));
    run("", "start");
    await().atMost(Duration.ofSeconds(60)).until(this::tried);
    assertThat(home.resolve("archived")).exists();
    assertThat(archives()).isEmpty();
    assertThat(run("", "start")).contains("-jar ");
  }

  /** Else each start would try in vain. */
  @Test
  void aJvmThatArchivesNothingIsAskedOnce() throws Exception {
    runnable(file("jdk/bin/java", "#!/bin/sh\necho \"$@\" >>'" + home + "/all'\n"));
    run("", "start");
    Path all = home.resolve("all");
    await().atMost(Duration.ofSeconds(60)).until(this::tried);
    String before = Files.readString(all);
    assertThat(before).contains("-XX:ArchiveClassesAtExit=");
    run("", "start");
    run("", "start");
    assertThat(Files.readString(all).substring(before.length()).lines())
        .hasSize(2)
        .allMatch(line -> line.contains("-jar "));
  }

  private boolean tried() throws IOException {
    Path start = home.resolve("target/start");
    if (!Files.exists(start)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(start)) {
      return files.anyMatch(file -> file.endsWith("tried"));
    }
  }
}
