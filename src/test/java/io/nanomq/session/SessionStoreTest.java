package io.nanomq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.persistence.MessageNumber;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a store is told suffices to go on with a session where it was, MQTT 5.0 section 4.4. */
class SessionStoreTest {
  private final SessionFixture f = new SessionFixture(1);
  private final RecordingWriter socket = new RecordingWriter(5);

  @AfterEach
  void close() {
    f.close();
  }

  @Test
  void howFarAMessageIs() {
    f.window = 1;
    Session session = f.open(0, "c", false, 100, socket).session();
    f.subscribe(session, "t");
    f.publish(0, "t", "a", 2);
    f.publish(0, "t", "b", 1);
    assertThat(f.store.told()).endsWith("queued c 0 qos 2", "sent c 0 as 1", "queued c 1 qos 1");
    session.received(1);
    session.received(1);
    session.acknowledge(1, 2, true);
    assertThat(f.store.told())
        .endsWith("queued c 1 qos 1", "taken c 0", "settled c 0", "sent c 1 as 2");
    f.disconnect(session);
    f.open(0, "c", false, 100, new RecordingWriter(5));
    assertThat(f.store.told()).as("it keeps its identifier").endsWith("kept c for 100");
  }

  @Test
  void howItHasToBeDelivered() {
    Session session = f.open(0, "c", false, 100, socket).session();
    f.subscribe(session, new Subscription("t", 1, false, true, 0, 7));
    f.publishers
        .get(0)
        .publish(SessionFixture.message("t", "a", 2, true, PublishMessage.NEVER), null);
    assertThat(f.store.told()).contains("queued c 0 qos 1 retained for [7]");
  }

  @Test
  void aPacketThatItsMessageHasToldOfIsToldOnce() {
    Session session = f.open(0, "c", false, 100, socket).session();
    session.receivedWithMessage(5);
    session.unreleased().add(5);
    session.unreleased().add(6);
    session.receivedWithMessage(7);
    session.unreleased().refuse(7);
    session.unreleased().refuse(8);
    assertThat(f.store.told()).containsExactly("kept c for 100", "received c 6", "released c 7");
  }

  @Test
  void whoIsDurableNoMoreGetsNothingThatIsStored() {
    Session session = f.open(0, "c", false, 100, socket).session();
    f.subscribe(session, "t");
    f.publish(0, "t", "a", 1);
    session.expirySeconds(0);
    f.publish(0, "t", "b", 1);
    assertThat(f.store.told()).endsWith("queued c 0 qos 1", "sent c 0 as 1", "ended c");
    assertThat(f.store.toldBesides().stream().filter(line -> line.startsWith("published")))
        .containsExactly("published " + MessageNumber.of(0, 1) + " t to 1[]");
  }

  @Test
  void nothingOfASessionThatEndsWithItsConnection() {
    Session session = f.open(0, "c", true, 0, socket).session();
    f.subscribe(session, "t");
    f.publish(0, "t", "a", 2);
    session.received(1);
    session.acknowledge(1, 2, true);
    assertThat(f.store.told()).isEmpty();
  }
}
