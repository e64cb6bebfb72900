package io.nanomq.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.it.Limits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishHandlerTest {
  private final ConnectionFixture f = new ConnectionFixture();

  @AfterEach
  void close() {
    f.close();
  }

  /** To a topic that nobody subscribes to, and to one of the broker's own. */
  @ParameterizedTest
  @CsvSource({
    "5, 3207 0001 61 0001 00 78, 4003000110",
    "4, 3206 0001 61 0001 78, 40020001",
    "5, 3407 0001 61 0001 00 78, 5003000110",
    "5, 320b 0005 245359532f 0001 00 78, 4003000187",
    "5, 340b 0005 245359532f 0001 00 78, 5003000187",
    "4, 340a 0005 245359532f 0001 78, 50020001"
  })
  void theAnswerSaysWhatBecameOfIt(int version, String publish, String answer) {
    var client = f.connected(version, "c").send(publish);
    assertThat(client.got()).isEqualTo(answer);
  }

  @Test
  void aRefusedQos2MessageLeavesItsIdentifierFree() {
    var client = f.connected(5, "c").send("340b 0005 245359532f 0001 00 78");
    client.got();
    assertThat(client.send("62020001").got()).isEqualTo("7003000192");
  }

  @Test
  void aQos2MessageIsDeliveredOnceHoweverOftenItComes() {
    var client = f.connected(5, "c").send("8207 0001 00 0001 61 00");
    client.got();
    client.send("3407 0001 61 0005 00 78 3c07 0001 61 0005 00 78");
    assertThat(client.got()).isEqualTo("30050001610078" + "50020005" + "50020005");
    // Released, the identifier is a new message's.
    client.send("62020005 3407 0001 61 0005 00 79");
    assertThat(client.got()).isEqualTo("70020005" + "30050001610079" + "50020005");
  }

  @Test
  void theReceiveMaximumCountsQos2UntilPubrelAndQos1UntilItsAnswer() {
    f.conf = Limits.with("queues.receiveMaximum", 2);
    var client = f.connected(5, "c");
    client.send("3407 0001 61 0001 00 78 3407 0001 61 0002 00 78 62020001");
    client.send("3407 0001 61 0003 00 78 62020002");
    client.send("3207 0001 61 0004 00 78 3207 0001 61 0005 00 78");
    assertThat(client.isOpen()).isTrue();
    client.got();
    client.send("3407 0001 61 0006 00 78 3407 0001 61 0007 00 78");
    assertThat(client.got()).contains("93");
    assertThat(client.isOpen()).isFalse();
  }

  /** "The send quota and Receive Maximum value are not preserved across Network Connections". */
  @Test
  void whatEarlierConnectionsLeftDoesNotCount() {
    f.conf = Limits.with("queues.receiveMaximum", 2);
    var first = f.client().send(ConnectionFixture.connect("c", "11 00000064"));
    first.send("3407 0001 61 0001 00 78 3407 0001 61 0002 00 78").got();
    first.channel.close();
    first.settle();
    var second = f.client().send(ConnectionFixture.connect(5, 0, "c", "11 00000064"));
    second.got();
    second.send("3407 0001 61 0003 00 78 3407 0001 61 0004 00 78");
    assertThat(second.got()).isEqualTo("50030003105003000410");
    second.send("3407 0001 61 0005 00 78");
    assertThat(second.isOpen()).isFalse();
  }

  @Test
  void anAliasStandsForWhatItWasLastSetTo() {
    var client = f.connected(5, "c").send("8207 0001 00 0001 23 00");
    client.got();
    client.send("3008 0001 61 03 230001 31 3008 0001 62 03 230001 32 3007 0000 03 230001 33");
    assertThat(client.got()).isEqualTo("30050001610031" + "30050001620032" + "30050001620033");
  }

  @ParameterizedTest
  @CsvSource({"3007 0000 03 230001 33, 82", "3008 0001 61 03 230000 33, 94"})
  void aliasesThatStandForNothing(String publish, String reason) {
    var client = f.connected(5, "c").send(publish);
    assertThat(client.got()).startsWith("e0").matches("e0..(..)?" + reason + ".*");
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void aliasesEndWithTheirConnection() {
    var first = f.client().send(ConnectionFixture.connect("c", "11 00000064"));
    first.send("3008 0001 61 03 230001 31").channel.close();
    first.settle();
    var second = f.client().send(ConnectionFixture.connect(5, 0, "c", ""));
    second.send("3007 0000 03 230001 33");
    assertThat(second.isOpen()).isFalse();
  }
}
