package io.nanomq.rule.sql;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nanomq.config.Confs;
import io.nanomq.config.model.RulesConf;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.it.RawClient;
import io.nanomq.it.TestBroker;
import io.nanomq.it.TestCertificates;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import io.nanomq.outgoing.Outgoing;
import io.nanomq.rule.RuleFigures;
import io.nanomq.sink.SinkFigures;
import io.nanomq.tls.PemSource;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is in between a rule and its data base, and says that it is the data base. */
@Timeout(240)
class DatabaseTlsTest {
  private static final String PASSWORD = "se-cret-word";

  /** Leads here, and does not say so: the way is as long as it likes. */
  private static final String ELSEWHERE = "0.0.0.0";

  private final Budget memory = new Budget(Purpose.SINKS, 1 << 30);
  private final SinkFigures figures = new SinkFigures();
  private final RuleFigures rule = new RuleFigures();

  @TempDir Path folder;
  private TestCertificates ours;
  private TestCertificates others;

  @BeforeEach
  void certificates() throws Exception {
    ours = new TestCertificates(Files.createDirectory(folder.resolve("ours")));
    others = new TestCertificates(Files.createDirectory(folder.resolve("others")));
    ours.issue("db", -1, 30);
    ours.issueFor("elsewhere", "EC", "db.example");
    others.issue("db", -1, 30);
  }

  private TlsConf checked() {
    return new TlsConf("", "", ours.authority().toString(), "", true, false);
  }

  private Database open(String kind, String host, int port, TlsConf tls) throws Exception {
    var sink = new RulesConf.Sink(kind, host + ":" + port, "postgres", "nano", PASSWORD, null, tls);
    return new Database(
        sink,
        memory,
        figures,
        Executors.newFixedThreadPool(Database.lanes(sink)),
        new Outgoing(PemSource.DISK, List::of));
  }

  private TableRow row(int number) {
    return new TableRow(
        new TableRow.Table("t", List.of("v"), List.of("v")), Map.of("v", (long) number), rule);
  }

  private String errorOf(Database database) {
    assertThat(database.offer("k", row(1))).isTrue();
    await().until(() -> figures.retries() > 0);
    String error = figures.error();
    database.close();
    return error;
  }

  /** PostgreSQL: what is answered to the wish for TLS, then the wish for the password in clear. */
  private static FalseServer.Part postgres(
      char answer, TestCertificates shown, String alias, FalseServer[] keeper) {
    return (in, out, socket) -> {
      DataInputStream from = in;
      OutputStream to = out;
      byte[] first = in.readNBytes(in.readInt() - 4);
      if (first.length == 4) {
        out.write(answer);
        out.flush();
        if (answer == 'S') {
          SSLSocket tls = tls(socket, shown, alias);
          from = new DataInputStream(tls.getInputStream());
          to = tls.getOutputStream();
        }
        first = from.readNBytes(from.readInt() - 4);
      }
      keeper[0].keep(first);
      to.write(new byte[] {'R', 0, 0, 0, 8, 0, 0, 0, 3});
      to.flush();
      keeper[0].keepRest(from);
    };
  }

  private static SSLSocket tls(Socket socket, TestCertificates shown, String alias)
      throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(shown.identity(alias).getKeyManagers(), null, null);
    var tls = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
    tls.setUseClientMode(false);
    tls.startHandshake();
    return tls;
  }

  private FalseServer postgresServer(char answer, TestCertificates shown, String alias)
      throws IOException {
    FalseServer[] keeper = new FalseServer[1];
    keeper[0] = new FalseServer(postgres(answer, shown, alias, keeper));
    return keeper[0];
  }

  /** Also where it has TLS of whoever it is: nobody has looked at what it shows. */
  @ParameterizedTest
  @ValueSource(chars = {'N', 'S'})
  void postgresqlIsNotToldThePasswordInClear(char answer) throws Exception {
    try (FalseServer server = postgresServer(answer, others, "db")) {
      String error = errorOf(open("postgresql", ELSEWHERE, server.port(), null));
      assertThat(error).contains("ssl.enable");
      assertThat(server.told()).doesNotContain(PASSWORD);
    }
  }

  @Test
  void postgresqlOnThisMachineIsToldIt() throws Exception {
    try (FalseServer server = postgresServer('N', others, "db")) {
      Database database = open("postgresql", "127.0.0.1", server.port(), null);
      database.offer("k", row(1));
      await().until(() -> server.told().contains(PASSWORD));
      database.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "other authority", "other host"})
  void postgresqlWithoutTheRightCertificateIsToldNothing(String which) throws Exception {
    boolean isOther = which.equals("other authority");
    String alias = which.equals("other host") ? "elsewhere" : "db";
    char answer = which.equals("none") ? 'N' : 'S';
    try (FalseServer server = postgresServer(answer, isOther ? others : ours, alias)) {
      String error = errorOf(open("postgresql", "127.0.0.1", server.port(), checked()));
      assertThat(error)
          .contains(
              which.equals("none")
                  ? "does not support SSL"
                  : isOther ? "PKIX path validation failed" : "hostname 127.0.0.1 could not be");
      assertThat(server.told()).doesNotContain("nano", PASSWORD);
    }
  }

  /** Whoever trusts anybody says so; who has no TLS at all is refused all the same. */
  @Test
  void unverifiedIsStillTls() throws Exception {
    TlsConf anybody = new TlsConf("", "", "", "", false, false);
    try (FalseServer server = postgresServer('N', others, "db")) {
      String error = errorOf(open("postgresql", ELSEWHERE, server.port(), anybody));
      assertThat(error).contains("does not support SSL");
      assertThat(server.told()).isEmpty();
    }
    try (FalseServer server = postgresServer('S', others, "db")) {
      Database database = open("postgresql", ELSEWHERE, server.port(), anybody);
      database.offer("k", row(1));
      await().until(() -> server.told().contains(PASSWORD));
      database.close();
    }
  }

  /** Nobody is trusted whom the JDK does not trust. */
  @ParameterizedTest
  @ValueSource(strings = {"postgresql", "mysql"})
  void withoutAFileTheAuthoritiesAreTheJdks(String kind) throws Exception {
    TlsConf usual = new TlsConf("", "", "", "", true, false);
    try (FalseServer server =
        kind.equals("mysql")
            ? mysqlServer("mysql_clear_password", others)
            : postgresServer('S', others, "db")) {
      String error = errorOf(open(kind, "127.0.0.1", server.port(), usual));
      assertThat(error).contains("PKIX path");
      assertThat(server.told()).doesNotContain("nano", PASSWORD);
    }
  }

  /**
   * The real one: rows go there by TLS, and no longer by a certificate that is not the right one.
   */
  @Test
  void rowsGoToPostgresqlByTls() throws Exception {
    Optional<Path> programs = PostgresServer.find();
    assumeTrue(programs.isPresent(), "PostgreSQL is not installed");
    Path file = folder.resolve("ca.pem");
    Files.copy(others.authority(), file);
    TlsConf tls = new TlsConf("", "", file.toString(), "", true, false);
    try (PostgresServer server =
        PostgresServer.start(programs.get(), ours.certificate("db"), ours.key("db"), PASSWORD)) {
      Database database = open("postgresql", "127.0.0.1", server.port(), tls);
      database.offer("k", row(1));
      await().until(() -> figures.retries() > 0);
      assertThat(figures.error()).contains("PKIX path");
      // The file is another one: it is read again, without a change of the configuration.
      Files.copy(ours.authority(), file, StandardCopyOption.REPLACE_EXISTING);
      await().until(() -> rule.passed() == 1);
      database.close();
    }
  }

  /**
   * MariaDB and MySQL: greets, is told who comes, and asks for the password in a way of its own.
   */
  private FalseServer mysqlServer(String method, TestCertificates tls) throws IOException {
    FalseServer[] keeper = new FalseServer[1];
    keeper[0] =
        new FalseServer(
            (in, out, socket) -> {
              DataInputStream from = in;
              OutputStream to = out;
              packet(to, 0, greeting(tls != null));
              byte[] answer = mysqlPacket(from);
              if (tls != null) {
                SSLSocket secured = tls(socket, tls, "db");
                from = new DataInputStream(secured.getInputStream());
                to = secured.getOutputStream();
                answer = mysqlPacket(from);
              }
              keeper[0].keep(answer);
              packet(
                  to,
                  tls == null ? 2 : 3,
                  ('\u00fe' + method + "\0" + "s".repeat(20) + "\0").getBytes(ISO_8859_1));
              keeper[0].keep(mysqlPacket(from));
              // caching_sha2_password: all of it, please.
              packet(to, tls == null ? 4 : 5, new byte[] {1, 4});
              keeper[0].keep("[then]".getBytes(ISO_8859_1));
              keeper[0].keepRest(from);
            });
    return keeper[0];
  }

  private static byte[] mysqlPacket(DataInputStream in) throws IOException {
    int length = in.read() | in.read() << 8 | in.read() << 16;
    in.readByte();
    return in.readNBytes(length);
  }

  private static void packet(OutputStream out, int number, byte[] body) throws IOException {
    out.write(new byte[] {(byte) body.length, (byte) (body.length >> 8), 0, (byte) number});
    out.write(body);
    out.flush();
  }

  private static byte[] greeting(boolean hasTls) throws IOException {
    int capabilities = 0x1 | 0x8 | 0x200 | 0x2000 | 0x8000 | 0x80000 | (hasTls ? 0x800 : 0);
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeBytes("\n8.0.36\0");
    out.writeInt(1);
    out.writeBytes("12345678\0");
    out.write(capabilities);
    out.write(capabilities >> 8);
    out.writeBytes("\u0021\2\0");
    out.write(capabilities >> 16);
    out.write(0);
    out.write(21);
    out.write(new byte[10]);
    out.writeBytes("123456789012\0mysql_native_password\0");
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mysql_clear_password", "dialog", "caching_sha2_password"})
  void mysqlIsNotToldThePasswordInClearNorUnderAKeyOfItsOwn(String method) throws Exception {
    try (FalseServer server = mysqlServer(method, null)) {
      String error = errorOf(open("mysql", ELSEWHERE, server.port(), null));
      assertThat(error).contains("ssl.enable");
      // A request for its key is one byte, 2.
      assertThat(server.told()).doesNotContain(PASSWORD, "[then]\1\0\0");
    }
  }

  @Test
  void mysqlWithoutTlsIsRefused() throws Exception {
    try (FalseServer server = mysqlServer("mysql_clear_password", null)) {
      String error = errorOf(open("mysql", "127.0.0.1", server.port(), checked()));
      assertThat(error).contains("ssl not enabled in the server");
      assertThat(server.told()).isEmpty();
    }
  }

  @Test
  void mysqlWithTheWrongCertificateIsToldNothing() throws Exception {
    try (FalseServer server = mysqlServer("mysql_clear_password", others)) {
      String error = errorOf(open("mysql", "127.0.0.1", server.port(), checked()));
      assertThat(error).contains("PKIX path");
      assertThat(server.told()).doesNotContain("nano", PASSWORD);
    }
  }

  @Test
  void mysqlWithTheRightCertificateIsToldByTls() throws Exception {
    try (FalseServer server = mysqlServer("mysql_clear_password", ours)) {
      Database database = open("mysql", "127.0.0.1", server.port(), checked());
      database.offer("k", row(1));
      await().until(() -> server.told().contains(PASSWORD));
      database.close();
    }
  }

  /** As a document has it, in each of its ways. */
  @ParameterizedTest
  @ValueSource(strings = {"mysql", "postgresql", "timescaledb", "listed", "key=value"})
  void documentsSayHow(String way) throws Exception {
    boolean isMysql = !List.of("postgresql", "timescaledb").contains(way);
    try (FalseServer server =
            isMysql ? mysqlServer("mysql_clear_password", ours) : postgresServer('S', ours, "db");
        TestBroker broker = TestBroker.start()) {
      String unknown = others.authority().toString();
      broker.reconfigure(Confs.load(document(way, server.port(), unknown)).conf());
      try (RawClient pub = broker.raw(4).connected("dev", true)) {
        pub.publish("in/a", 1, 1, new byte[1]).receive(4);
        SinkFigures rows = broker.broker().integrations().rules().databaseFigures();
        await().until(() -> rows.retries() > 0);
        assertThat(rows.error()).contains("PKIX path");
        assertThat(server.told()).doesNotContain("nano", PASSWORD);
        String known = ours.authority().toString();
        broker.reconfigure(Confs.load(document(way, server.port(), known)).conf());
        pub.publish("in/a", 1, 2, new byte[1]).receive(4);
        await().until(() -> server.told().contains(PASSWORD));
      }
      // It never says that the password is right: what waits would wait for a minute.
      broker.broker().integrations().rules().close();
    }
  }

  private static String document(String way, int port, String authorities) {
    String sql = "SELECT qos FROM 'in/#'";
    String ssl =
        "ssl { enable = true, verify_peer = true, cacertfile = \"%s\" }".formatted(authorities);
    return switch (way) {
      case "key=value" ->
          """
          rule.mysql.name=d
          rule.mysql.1.host=127.0.0.1
          rule.mysql.1.port=%d
          rule.mysql.1.username=nano
          rule.mysql.1.password=%s
          rule.mysql.1.table=t
          rule.mysql.1.ssl.enable=true
          rule.mysql.1.ssl.verify_peer=true
          rule.mysql.1.ssl.cacertfile=%s
          rule.mysql.event.publish.1.sql=%s
          """
              .formatted(port, PASSWORD, authorities, sql);
      case "listed" ->
          """
          rules.mysql { name = d, rules = [{ host = "127.0.0.1", port = %d, username = nano
            password = %s, table = t, sql = "%s", %s }] }
          """
              .formatted(port, PASSWORD, sql, ssl);
      default ->
          """
          rules.%s.one {
            conn { host = "127.0.0.1", port = %d, username = nano, password = %s, database = d
              %s }
            rules = [{ table = t, sql = "%s" }]
          }
          """
              .formatted(way, port, PASSWORD, ssl, sql);
    };
  }
}
