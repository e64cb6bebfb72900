package io.nanomq.rule.sql;

import io.nanomq.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A MariaDB of one test, where Debian's package is installed: own folder, free port. */
final class MariaServer implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/sbin/mariadbd");
  private static final Path INSTALL = Path.of("/usr/bin/mariadb-install-db");
  private static final int SECONDS = 60;

  private final Path folder;
  private final int port;
  private Process process;

  private MariaServer(Path folder, int port) throws IOException {
    this.folder = folder;
    this.port = port;
    resume();
  }

  static boolean isInstalled() {
    return Files.isExecutable(PROGRAM) && Files.isExecutable(INSTALL);
  }

  static MariaServer start() throws Exception {
    Path folder = Files.createTempDirectory("nanomq-maria");
    Process install =
        new ProcessBuilder(
                INSTALL.toString(),
                "--no-defaults",
                "--user=" + System.getProperty("user.name"),
                "--datadir=" + folder.resolve("data"),
                "--auth-root-authentication-method=normal",
                "--skip-test-db")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("install.log").toFile())
            .start();
    if (!install.waitFor(SECONDS, TimeUnit.SECONDS) || install.exitValue() != 0) {
      install.destroyForcibly();
      throw new IllegalStateException(Files.readString(folder.resolve("install.log")));
    }
    MariaServer server = new MariaServer(folder, FreePort.find());
    server.execute("CREATE DATABASE nano");
    return server;
  }

  int port() {
    return port;
  }

  String url(String database) {
    return "jdbc:mariadb://127.0.0.1:" + port + "/" + database;
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url(""), "root", "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Starts it, and waits until it answers. */
  void resume() throws IOException {
    process =
        new ProcessBuilder(
                PROGRAM.toString(),
                "--no-defaults",
                "--user=" + System.getProperty("user.name"),
                "--datadir=" + folder.resolve("data"),
                "--socket=" + folder.resolve("socket"),
                "--pid-file=" + folder.resolve("pid"),
                "--bind-address=127.0.0.1",
                "--port=" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    Awaitility.await()
        .atMost(SECONDS, TimeUnit.SECONDS)
        .ignoreExceptions()
        .until(
            () -> {
              execute("SELECT 1");
              return true;
            });
  }

  /** As if it were killed. */
  void halt() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws Exception {
    halt();
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> all = files.sorted((a, b) -> b.compareTo(a)).toList();
      all.forEach(file -> file.toFile().delete());
    }
  }
}
