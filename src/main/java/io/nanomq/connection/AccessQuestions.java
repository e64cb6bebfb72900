package io.nanomq.connection;

import io.nanomq.authn.Login;
import io.nanomq.authz.AccessClient;
import io.nanomq.authz.AccessVerdict;
import io.nanomq.authz.LoopAccess;
import io.nanomq.backend.ClientFacts;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.TurnBudget;
import io.nanomq.packet.AccessAction;
import io.nanomq.packet.Connect;
import io.nanomq.packet.TopicName;
import io.nanomq.session.Session;
import io.netty.channel.Channel;
import java.util.function.Consumer;

/**
 * Asks a web server what a client may do, where no rule decides. While it is asked nothing more is
 * read from that client, and nobody else waits.
 */
@LoopConfined
final class AccessQuestions {
  private AccessQuestions() {}

  /**
   * Whether it is decided if a client may publish there; where not, the packet is to be handled
   * again when it is.
   */
  static boolean isDecided(Connection connection, TopicName topic) {
    if (connection.session().access().isDecided(topic)) {
      return true;
    }
    connection.gate().shut(ReadGate.ACCESS);
    ask(
        connection,
        AccessAction.PUBLISH,
        topic.text(),
        () -> connection.gate().readOn(ReadGate.ACCESS));
    return false;
  }

  /**
   * Whether it is decided if a client may subscribe to that, or is refused anyhow.
   *
   * @param then is called when it is, where not; and where the client is gone by then
   */
  static boolean isDecided(Connection connection, String filter, Runnable then) {
    ConnectionContext context = connection.context();
    context.loop().budget().spend(TurnBudget.VISIT);
    if (!context.isLegal(filter) || connection.session().access().isDecided(filter)) {
      return true;
    }
    ask(connection, AccessAction.SUBSCRIBE, filter, then);
    return false;
  }

  private static void ask(Connection connection, AccessAction action, String topic, Runnable then) {
    Channel channel = connection.channel();
    Session session = connection.session();
    session
        .access()
        .ask(
            action,
            topic,
            facts(connection, session.connect(), session.access().client()),
            () -> !channel.isOpen(),
            then);
  }

  /**
   * Asks about the will of somebody who has no session yet.
   *
   * @param then told on the connection's loop, though it is over by then
   */
  static void ask(
      Connection connection,
      Connect packet,
      AccessClient client,
      TopicName topic,
      Consumer<AccessVerdict> then) {
    Channel channel = connection.channel();
    connection
        .context()
        .access()
        .ask(
            new LoopAccess.Asked(client, AccessAction.PUBLISH, topic.text()),
            facts(connection, packet, client),
            client.addressText(),
            () -> !channel.isOpen(),
            then);
  }

  private static ClientFacts facts(Connection connection, Connect packet, AccessClient client) {
    var peer = SocketPeer.of(connection);
    return new Login(packet, peer).facts(client.username());
  }
}
