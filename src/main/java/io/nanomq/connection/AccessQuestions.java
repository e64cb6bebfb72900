package io.nanomq.connection;

import io.nanomq.authn.Login;
import io.nanomq.authz.AccessClient;
import io.nanomq.authz.AccessVerdict;
import io.nanomq.authz.LoopAccess;
import io.nanomq.backend.ClientFacts;
import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.AccessAction;
import io.nanomq.packet.Connect;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import io.nanomq.session.Session;
import io.netty.channel.Channel;
import java.util.Iterator;
import java.util.List;
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

  /** Does something when it is decided about all filters of a packet. */
  static void whenDecided(Connection connection, List<Subscription> subscriptions, Runnable then) {
    connection.gate().shut(ReadGate.ACCESS);
    next(
        connection,
        subscriptions.iterator(),
        () -> {
          then.run();
          connection.gate().readOn(ReadGate.ACCESS);
        });
  }

  /** One after the other: a client that asks for much waits longer, not the others. */
  private static void next(Connection connection, Iterator<Subscription> rest, Runnable then) {
    while (rest.hasNext()) {
      String filter = rest.next().filter();
      if (connection.context().isLegal(filter)
          && !connection.session().access().isDecided(filter)) {
        ask(connection, AccessAction.SUBSCRIBE, filter, () -> next(connection, rest, then));
        return;
      }
    }
    then.run();
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
            () -> {
              if (connection.isConnected()) {
                connection.attempt(then);
              }
            });
  }

  /** Asks about the will of somebody who has no session yet. */
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
            verdict -> {
              if (!connection.isClosed()) {
                connection.attempt(() -> then.accept(verdict));
              }
            });
  }

  private static ClientFacts facts(Connection connection, Connect packet, AccessClient client) {
    var peer = SocketPeer.of(connection);
    return new Login(packet, peer).facts(client.username());
  }
}
