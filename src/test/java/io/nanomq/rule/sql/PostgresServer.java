package io.nanomq.rule.sql;

import io.nanomq.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A PostgreSQL of one test, where Debian's package is installed: own folder, free port. */
final class PostgresServer implements AutoCloseable {
  private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
  private static final int SECONDS = 60;

  private final Path bin;
  private final Path folder;
  private final int port;
  private String options = "";

  private PostgresServer(Path bin, Path folder, int port) {
    this.bin = bin;
    this.folder = folder;
    this.port = port;
  }

  /** Where its programs are; empty = it is not installed. */
  static Optional<Path> find() {
    try (Stream<Path> versions = Files.list(VERSIONS)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(each -> Files.isExecutable(each.resolve("initdb")))
          .findFirst();
    } catch (IOException none) {
      return Optional.empty();
    }
  }

  static PostgresServer start(Path bin) throws Exception {
    Path folder = Files.createTempDirectory("nanomq-postgres");
    if (isRoot()) {
      run(List.of("chown", "postgres", folder.toString()));
    }
    PostgresServer server = new PostgresServer(bin, folder, FreePort.find());
    server.as("initdb", "-D", server.data(), "-U", "nano", "-A", "trust", "-N");
    server.resume();
    return server;
  }

  /** One that has TLS, and wants the password in clear. */
  static PostgresServer start(Path bin, Path certificate, Path shownKey, String password)
      throws Exception {
    Path folder = Files.createTempDirectory("nanomq-postgres");
    PostgresServer server = new PostgresServer(bin, folder, FreePort.find());
    Path secret = Files.writeString(folder.resolve("secret"), password);
    Files.copy(certificate, folder.resolve("cert"));
    Path key = Files.copy(shownKey, folder.resolve("key"));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    if (isRoot()) {
      run(List.of("chown", "-R", "postgres", folder.toString()));
    }
    server.as(
        "initdb", "-D", server.data(), "-U", "nano", "-A", "password", "--pwfile=" + secret, "-N");
    server.options =
        " -c ssl=on -c ssl_cert_file=%s -c ssl_key_file=%s".formatted(folder.resolve("cert"), key);
    server.resume();
    return server;
  }

  int port() {
    return port;
  }

  void resume() throws Exception {
    String usual = "-p " + port + " -k " + folder + " -c listen_addresses=127.0.0.1 -c fsync=off";
    as(
        "pg_ctl",
        "-D",
        data(),
        "-w",
        "-l",
        folder.resolve("log").toString(),
        "-o",
        usual + options,
        "start");
  }

  /** As if it were killed. */
  void halt() throws Exception {
    as("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  /** It refuses to run as root. */
  private void as(String program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("runuser", "-u", "postgres", "--"));
    }
    command.add(bin.resolve(program).toString());
    command.addAll(Arrays.asList(arguments));
    run(command);
  }

  private static void run(List<String> command) throws Exception {
    Path output = Files.createTempFile("nanomq-postgres", ".out");
    Process process =
        new ProcessBuilder(command)
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
    if (!ended || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException(command + ": " + Files.readString(output));
    }
    Files.delete(output);
  }

  @Override
  public void close() throws Exception {
    halt();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
    }
  }
}
