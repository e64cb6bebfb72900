package io.nanomq.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.authn.ClientIdentity;
import io.nanomq.authn.Verdict;
import io.nanomq.authz.LoopAccess;
import io.nanomq.codec.Bytes;
import io.nanomq.codec.MqttDecoder;
import io.nanomq.codec.UnfinishedBytes;
import io.nanomq.config.Confs;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.config.model.ListenerTerms;
import io.nanomq.config.model.MqttConf;
import io.nanomq.config.model.ShareStrategy;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.connection.ConnectionContext;
import io.nanomq.connection.ListenerName;
import io.nanomq.event.BrokerEvents;
import io.nanomq.event.LoopEvents;
import io.nanomq.it.Limits;
import io.nanomq.limit.BanList;
import io.nanomq.loop.EventLoops;
import io.nanomq.loop.LoopContext;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.memory.Purpose;
import io.nanomq.metrics.DropReason;
import io.nanomq.persistence.MemorySessionStore;
import io.nanomq.queue.HeldMessages;
import io.nanomq.retained.RetainedStore;
import io.nanomq.router.Router;
import io.nanomq.session.LoopSessions;
import io.nanomq.session.Publisher;
import io.nanomq.session.SessionContext;
import io.nanomq.session.SessionRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MqttPipelineTest {
  private static final String CONNECT = "100d 0004 4d515454 04 02 0000 0001 63";

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final MemoryBudgets budgets = new MemoryBudgets(1L << 36, 1L << 36);
  private final EventLoops loops = new EventLoops(channel.eventLoop(), () -> 0L);
  private final LoopContext loop = loops.get(0);
  private final SessionRegistry registry = new SessionRegistry(loops);
  private final Router router =
      new Router(loops, () -> 20, () -> false, () -> ShareStrategy.ROUND_ROBIN, budgets);
  private final DefaultChannelGroup accepted =
      new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final TlsHandshakes handshakes = new TlsHandshakes(1, 10);
  private MqttConf conf = MqttConf.defaults();

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
    handshakes.close();
    loops.close();
    router.close();
  }

  private void accept(Transport transport) {
    accept(Confs.listener("l", transport, "127.0.0.1", 0, "/mqtt"));
  }

  private void accept(ListenerConf listener) {
    var retained = new RetainedStore(() -> 10, budgets.of(Purpose.RETAINED));
    var store = new MemorySessionStore();
    var context =
        new SessionContext(
            loop,
            router.fanOut(0),
            store,
            registry::nextNumber,
            () -> conf,
            budgets,
            new HeldMessages(loop, 1_000_000),
            new LoopEvents(loop, new BrokerEvents(), () -> 7),
            new LoopAccess(loop, new LoopEvents(loop, new BrokerEvents(), () -> 7)));
    var publisher =
        new Publisher(
            loop,
            router.fanOut(0),
            router.cache(0),
            retained,
            store,
            new LoopEvents(loop, new BrokerEvents(), () -> 7));
    var sessions = new LoopSessions(context, registry, router.tree(), publisher);
    var shared =
        new ConnectionContext.Shared(
            router.tree(),
            retained,
            (login, answer) -> answer.accept(Verdict.allow(ClientIdentity.anonymous(null, "l"))),
            new UnfinishedBytes(1 << 20, 1 << 20),
            new BanList(Clock.systemUTC()));
    ConnectionContext[] all = new ConnectionContext[1];
    all[0] = new ConnectionContext(context, registry, sessions, publisher, shared, all);
    channel
        .pipeline()
        .addLast(
            new MqttPipeline(
                listener, new ListenerName("l"), null, loops, all, accepted, handshakes));
    channel.runPendingTasks();
  }

  private String got() {
    channel.runPendingTasks();
    StringBuilder all = new StringBuilder();
    for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      // A close frame may follow, which no encoder is there for yet.
      all.append(out instanceof ByteBuf bytes ? Bytes.hex(bytes) : "");
      ReferenceCountUtil.release(out);
    }
    return all.toString();
  }

  @Test
  void mqttStandsAloneBehindTcp() {
    accept(Transport.TCP);
    channel.writeInbound(Bytes.hex(CONNECT));
    assertThat(got()).isEqualTo("20020000");
    assertThat(channel.pipeline().names()).startsWith(MqttDecoder.NAME);
    assertThat(List.copyOf(accepted)).containsExactly(channel);
    assertThat(registry.connectionCount()).isEqualTo(1);
    channel.close();
    assertThat(registry.connectionCount()).isZero();
  }

  @Test
  void moreSocketsThanAllowedAreClosedBeforeTheyCostAnything() {
    conf = Limits.with("broker.maxConnections", 1);
    registry.connectionOpened();
    accept(Transport.TCP);
    assertThat(channel.isOpen()).isFalse();
    assertThat(List.copyOf(accepted)).isEmpty();
    assertThat(registry.connectionCount()).isEqualTo(1);
    assertThat(loop.counters().drops(DropReason.CONNECTION_LIMIT)).isEqualTo(1);
  }

  /** [MQTT-6.0.0-2]: a frame may hold many packets, each of the largest size. */
  @ParameterizedTest
  @CsvSource({
    "1, 4194304",
    "1048576, 4194304",
    "2097152, 8388608",
    "20000000, 67108864",
    "268435460, 268435460"
  })
  void framesMayBeLargerThanPacketsWithinABound(int maxPacketBytes, int maxFrameBytes) {
    assertThat(MqttPipeline.maxFrameBytes(maxPacketBytes)).isEqualTo(maxFrameBytes);
  }

  /** What asks for no WebSocket, or not under the path, is answered as HTTP and closed. */
  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1", "GET /other HTTP/1.1", "POST /mqttx HTTP/1.1"})
  void whatAsksForSomethingElseIsNotFound(String request) {
    accept(Transport.WS);
    String text = request + "\r\nHost: h\r\nContent-Length: 0\r\n\r\n";
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    String answer = new String(Bytes.hex(got()).array(), StandardCharsets.US_ASCII);
    assertThat(answer).startsWith("HTTP/1.1 404");
    assertThat(channel.isOpen()).isFalse();
    assertThat(registry.connectionCount()).isZero();
  }

  private String upgrade(List<String> allowed, String origin) {
    accept(
        new ListenerConf(
            "l", Transport.WS, "127.0.0.1", 0, "/mqtt", TlsConf.NONE, allowed, ListenerTerms.NONE));
    String text =
        "GET /mqtt HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            + origin
            + "\r\n";
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    return new String(Bytes.hex(got()).array(), StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Origin: https://good.example\r\n", "Origin: HTTPS://Good.Example\r\n"})
  void pagesOfTheOriginsThatAreAllowedMayOpenAWebSocketAndWhoIsNoBrowser(String origin) {
    assertThat(upgrade(List.of("https://good.example"), origin)).startsWith("HTTP/1.1 101");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Origin: https://evil.example\r\n",
        "Origin: null\r\n",
        "Origin: https://good.example.evil.example\r\n",
        "Origin: https://good.example\r\nOrigin: https://evil.example\r\n"
      })
  void pagesOfOthersAreRefused(String origin) {
    assertThat(upgrade(List.of("https://good.example"), origin)).startsWith("HTTP/1.1 403");
    assertThat(channel.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*"})
  void pagesOfAllOriginsAreAllowedByDefault(String all) {
    List<String> allowed = all.isEmpty() ? List.of() : List.of(all);
    assertThat(upgrade(allowed, "Origin: https://any.example\r\n")).startsWith("HTTP/1.1 101");
  }
}
