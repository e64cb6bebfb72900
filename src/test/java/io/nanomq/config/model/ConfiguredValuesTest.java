package io.nanomq.config.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.nanomq.config.Confs;
import io.nanomq.config.NanomqConf;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * By which names values are set that the tests of what acts on them set in the model: see
 * key-tests.txt.
 */
class ConfiguredValuesTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource({"broker", "listeners", "sinks"})
  void isWhatTheModelSays(String text, Function<NanomqConf, Object> value, Object expected)
      throws Exception {
    assertThat(value.apply(Confs.conf(text + "\n"))).isEqualTo(expected);
  }

  private static Arguments row(String text, Function<NanomqConf, Object> value, Object expected) {
    return arguments(text, value, expected);
  }

  static Stream<Arguments> broker() {
    return Stream.of(
        row("num_taskq_thread=3", NanomqConf::eventLoops, 3),
        row("num_taskq_thread=3\nmax_taskq_thread=2", NanomqConf::eventLoops, 2),
        row("parallel=7", c -> c.system().parallel(), 7),
        row("pid_file=/run/n.pid", c -> c.system().pidFile(), "/run/n.pid"),
        row("max_sessions=7", c -> c.mqtt().broker().maxSessions(), 7),
        row("qos_duration=7", c -> c.mqtt().queues().retrySeconds(), 7),
        row("shared_subscription_strategy=sticky", c -> c.mqtt().shares(), ShareStrategy.STICKY),
        row("rate.messages=7", c -> c.mqtt().rates().messages(), 7L),
        row("rate.bytes=7", c -> c.mqtt().rates().bytes(), 7L * 1024),
        row("rate.deliveries=7", c -> c.mqtt().rates().deliveries(), 7L),
        row("rate.messages=1\nrate.action=disconnect", c -> c.mqtt().rates().disconnects(), true),
        row("max_bytes_per_user=7KB", c -> c.mqtt().quotas().bytes(), 7L * 1024),
        row("flapping_detect.max_count=7", c -> c.mqtt().flapping().maxCount(), 7),
        row("flapping_detect.window_time=7s", c -> c.mqtt().flapping().windowSeconds(), 7L),
        row("flapping_detect.ban_time=7s", c -> c.mqtt().flapping().banSeconds(), 7L),
        row("log.dir=/x", c -> c.integrations().log().folder(), "/x"),
        row("log.uds_addr=/x", c -> c.integrations().log().socket(), "/x"),
        row("log.format=json", c -> c.integrations().log().json(), true),
        row("log.rotation.count=7", c -> c.integrations().log().rotationCount(), 7),
        row("auth.revoked=keep", c -> c.auth().chain().disconnectRevoked(), false),
        row("auth.certificate_user=cn", c -> c.auth().chain().certificateUser(), "cn"),
        row("auth.jwt.rules_claim=r", c -> c.auth().chain().token().claims().rules(), "r"),
        row("auth.jwt.superuser_claim=s", c -> c.auth().chain().token().claims().superuser(), "s"),
        row(
            "http_server.trusted_proxies=10.0.0.0/8",
            c -> c.httpServer().trustedProxies().size(),
            1),
        row(
            "http_server.tls.key_password=p\nhttp_server.tls.enable=true\n"
                + "http_server.tls.keyfile=k\nhttp_server.tls.certfile=c",
            c -> c.httpServer().tls().keyPassword(),
            "p"));
  }

  static Stream<Arguments> listeners() {
    return Stream.of("tcp", "tls", "websocket", "websocket.tls")
        .flatMap(
            listener -> {
              String prefix = listener + (listener.endsWith(".tls") ? "_" : ".") + "limits.";
              return Stream.of(
                  limit(listener, prefix + "connections=3", 3, ListenerTerms.Limits::connections),
                  limit(
                      listener,
                      prefix + "connections_per_second=4",
                      4,
                      ListenerTerms.Limits::connectionsPerSecond),
                  limit(listener, prefix + "messages=5", 5L, ListenerTerms.Limits::messages),
                  limit(listener, prefix + "bytes=6", 6L * 1024, ListenerTerms.Limits::bytes));
            });
  }

  private static Arguments limit(
      String listener, String text, Object expected, Function<ListenerTerms.Limits, Object> value) {
    String on =
        """
        tls.enable=true
        tls.keyfile=k
        tls.certfile=c
        websocket.enable=true
        websocket.tls_enable=true
        """;
    List<String> names = List.of("tcp", "tls", "websocket", "websocket.tls");
    int index = names.indexOf(listener);
    return row(
        on + text,
        conf ->
            value.apply(
                conf.listeners().stream()
                    .filter(one -> one.transport().ordinal() == index)
                    .findFirst()
                    .orElseThrow()
                    .terms()
                    .limits()),
        expected);
  }

  static Stream<Arguments> sinks() {
    String hook = "webhook { url = \"http://h/\", %s, events = [{event = on_client_connect}] }";
    String repub = "rules.repub.rules = [{ sql = \"SELECT * FROM 'a'\", topic = b, %s }]";
    String mysql = "rules.mysql { rules = [{ sql = \"SELECT * FROM 'a'\", table = b, %s }] }";
    String data =
        "rules.%s.x { conn { database = d, %s }, rules = [{ sql = \"SELECT * FROM 'a'\", table = b"
            + " }] }";
    return Stream.of(
        row(hook.formatted("cancel_timeout = 7s"), c -> hook(c).timeoutMillis(), 7_000L),
        row(hook.formatted("retry = 7s"), c -> hook(c).retryMillis(), 7_000L),
        row(hook.formatted("queue_len = 7"), c -> hook(c).queueLength(), 7),
        row(hook.formatted("ssl.keyfile = k"), c -> hook(c).tls().keyFile(), "k"),
        row(hook.formatted("ssl.key_password = p"), c -> hook(c).tls().keyPassword(), "p"),
        row(repub.formatted("proto_ver = 5"), c -> sink(c).client().protoVer(), 5),
        row(repub.formatted("clean_start = false"), c -> sink(c).client().cleanStart(), false),
        row(repub.formatted("password = p"), c -> sink(c).client().password(), "p"),
        row(mysql.formatted("password = p"), c -> sink(c).password(), "p"),
        row(mysql.formatted("host = h"), c -> sink(c).tls(), null),
        row(
            mysql.formatted("ssl { enable = true, verify_peer = false }"),
            c -> sink(c).tls().verifyPeer(),
            false),
        row(
            data.formatted("postgresql", "ssl { enable = true, cacertfile = f }"),
            c -> sink(c).tls().caCertFile(),
            "f"),
        row(data.formatted("mysql", "password = p"), c -> sink(c).password(), "p"),
        row(data.formatted("postgresql", "password = p"), c -> sink(c).password(), "p"),
        row(data.formatted("timescaledb", "password = p"), c -> sink(c).password(), "p"),
        row(bridge("enable = false"), c -> c.integrations().bridges().get(0).enable(), false),
        row(
            "bridge.mqtt.bridge_mode=true\nbridge.mqtt.address=mqtt-tcp://h:1",
            c -> c.integrations().bridges().get(0).enable(),
            true),
        row(bridge("max_send_queue_size = 7KB"), c -> queue(c).sendQueueBytes(), 7L * 1024),
        row(
            bridge("ssl { key_password = p }"),
            c -> c.integrations().bridges().get(0).tls().keyPassword(),
            "p"));
  }

  private static String bridge(String more) {
    return "bridges.mqtt.x { server = \"mqtt-tcp://h:1\", " + more + " }";
  }

  private static BridgeConf.Habits queue(NanomqConf conf) {
    return conf.integrations().bridges().get(0).habits();
  }

  private static WebhookConf hook(NanomqConf conf) {
    return conf.integrations().webhook();
  }

  private static RulesConf.Sink sink(NanomqConf conf) {
    return conf.integrations().rules().rules().get(0).sink();
  }
}
