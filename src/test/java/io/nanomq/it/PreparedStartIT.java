package io.nanomq.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged broker with its classes prepared by this JVM, and with what this JVM cannot use. */
@Tag("slow")
class PreparedStartIT {
  /** Which every JVM has, and none warns of. */
  private static final String OPTIONS = "-XX:+UseSerialGC";

  private static final String VERSION = "NanoMQ Broker \\d+\\.\\d+\\.\\d+\\S*\n";

  @TempDir static Path home;
  private static Path archive;

  @BeforeAll
  static void prepare() throws Exception {
    Path bin = Files.createDirectory(home.resolve("bin"));
    for (String name : new String[] {"nanomq", "jvm.options"}) {
      Files.copy(Path.of("bin", name), bin.resolve(name));
      assertThat(bin.resolve(name).toFile().setExecutable(true)).isTrue();
    }
    Path target = Files.createDirectory(home.resolve("target"));
    Files.createSymbolicLink(
        target.resolve("quarkus-app"), Path.of("target/quarkus-app").toAbsolutePath());
    assertThat(run(OPTIONS, "prepare")).isEmpty();
    try (Stream<Path> files = Files.walk(target.resolve("start"))) {
      archive = files.filter(file -> file.toString().contains("/classes-")).findAny().orElseThrow();
    }
  }

  private static ProcessBuilder nanomq(String options, String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = home.resolve("bin/nanomq").toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true);
    builder.environment().put("NANOMQ_JAVA", System.getProperty("java.home") + "/bin/java");
    builder.environment().put("JAVA_OPTS", options);
    builder.environment().put("QUARKUS_MANAGEMENT_PORT", "0");
    builder.environment().put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
    return builder;
  }

  private static String run(String options, String... arguments) throws Exception {
    Process process = nanomq(options, arguments).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  /** Says its version with an archive that is so long as ours, and has something else in it. */
  private static void ignores(UnaryOperator<byte[]> change) throws Exception {
    byte[] ours = Files.readAllBytes(archive);
    byte[] changed = change.apply(ours.clone());
    assertThat(changed).hasSameSizeAs(ours);
    Files.delete(archive);
    Files.write(archive, changed);
    try {
      assertThat(run(OPTIONS, "-v")).matches(VERSION);
      assertThat(Files.exists(archive)).as("was offered to the JVM").isTrue();
    } finally {
      Files.write(archive, ours);
    }
  }

  @Test
  void itsClassesComeFromTheArchive() throws Exception {
    Path loaded = home.resolve("loaded.log");
    assertThat(run(OPTIONS + " -Xlog:class+load:file=" + loaded, "-v")).matches(VERSION);
    assertThat(Files.readString(loaded))
        .containsPattern("io\\.nanomq\\.Main source: shared objects file \\(top\\)");
  }

  @Test
  void itStartsAndStopsAsOneWithoutDoes() throws Exception {
    Path document = home.resolve("nanomq.conf");
    Files.writeString(
        document,
        "url=nmq-tcp://127.0.0.1:0\nhttp_server.ip_addr=127.0.0.1\nhttp_server.port=0\n"
            + "websocket.enable=false\npersistence.max_bytes=64MB\n");
    Path log = home.resolve("broker.log");
    Process broker =
        nanomq(OPTIONS, "start", "--conf", document.toString())
            .redirectOutput(log.toFile())
            .start();
    try {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> !broker.isAlive() || Files.readString(log).contains("started in"));
      broker.destroy();
      assertThat(broker.waitFor()).as(Files.readString(log)).isZero();
      assertThat(Files.readString(log)).contains("MQTT on [", "stopped in").doesNotContain("WARN");
    } finally {
      broker.destroyForcibly();
    }
  }

  @Test
  void aCommandSaysNothingButItsWords() throws Exception {
    Path document = home.resolve("checked.conf");
    Files.writeString(document, "http_server.password=own\n");
    Process check = nanomq(OPTIONS, "start", "--conf", document.toString(), "--check").start();
    assertThat(new String(check.getInputStream().readAllBytes(), UTF_8))
        .contains("The configuration is valid")
        .doesNotContain("DEBUG", "DelayedHandler");
    assertThat(check.waitFor()).isZero();
  }

  @Test
  void damagedOneIsDoneWithoutSilently() throws Exception {
    ignores(
        bytes -> {
          Arrays.fill(bytes, bytes.length / 2, bytes.length / 2 + 65_536, (byte) 0x5A);
          return bytes;
        });
    ignores(bytes -> new byte[bytes.length]);
  }

  @Test
  void thatOfAnotherJvmIsDoneWithoutSilently() throws Exception {
    ignores(
        bytes -> {
          String text = new String(bytes, ISO_8859_1);
          int version = text.indexOf("Server VM (");
          assertThat(version).isPositive();
          bytes[version] = 'X';
          return bytes;
        });
  }

  /** The JVM is asked with the same archive and objects of another size. */
  @Test
  void anotherHeapIsDoneWithoutSilently() throws Exception {
    String archived = "-XX:SharedArchiveFile=" + archive;
    Path flags = home.resolve("flags");
    Files.writeString(
        flags, archived + "\n" + OPTIONS + "\n-XX:-UseCompressedOops\n-Xlog:cds*=off\n");
    Path classPath = archive.resolveSibling("classpath");
    String main = "io.nanomq.PreparedMain";
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "@" + flags,
                "@" + classPath,
                main,
                "-v")
            .redirectErrorStream(true)
            .start();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).matches(VERSION);
    assertThat(process.waitFor()).isZero();
  }
}
