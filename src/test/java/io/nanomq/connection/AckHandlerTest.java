package io.nanomq.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AckHandlerTest {
  private final ConnectionFixture f = new ConnectionFixture();

  @AfterEach
  void close() {
    f.close();
  }

  /** MQTT 5.0 section 4.3.3, figure 4.3, and the tables of sections 3.6.2.1 and 3.7.2.1. */
  @ParameterizedTest
  @CsvSource({
    // PUBREL and PUBREC of identifiers that nobody knows
    "5, 62020009, 7003000992",
    "4, 62020009, 70020009",
    "3, 6a020009, 70020009",
    "5, 50020009, 6203000992",
    "4, 50020009, 62020009",
    // PUBACK, PUBCOMP and a PUBREC with an error for them ask for no answer
    "5, 40020009, ''",
    "5, 70020009, ''",
    "5, 5003000997, ''"
  })
  void identifiersThatNobodyKnows(int version, String packet, String answer) {
    var client = f.connected(version, "c").send(packet);
    assertThat(client.got()).isEqualTo(answer);
    assertThat(client.isOpen()).isTrue();
  }

  /** Fixed headers as table 2-2 wants them, whatever the packet. */
  @ParameterizedTest
  @CsvSource({
    "5, 41020001",
    "5, 52020001",
    "5, 60020001",
    "5, 63020001",
    "5, 72020001",
    "4, 6a020001",
    "4, 4200",
    "5, 4200",
    "5, 40020000",
    "4, 400300010000"
  })
  void flagsAndLengthsThatAreWrongEndTheConnection(int version, String packet) {
    var client = f.connected(version, "c").send(packet);
    assertThat(client.isOpen()).isFalse();
    assertThat(client.got()).startsWith(version == 5 ? "e0" : "");
  }

  @Test
  void anErrorInPubrecEndsTheExchangeAndMakesRoomForTheNext() {
    var client = f.client().send(ConnectionFixture.connect("c", "21 0001"));
    client.send("8207 0001 00 0001 61 02").got();
    var publisher = f.connected(4, "p");
    publisher.send("3406 0001 61 0001 31 3406 0001 61 0002 32");
    assertThat(client.got()).isEqualTo("340700016100010031");
    client.send("5003 0001 80");
    assertThat(client.got()).as("no PUBREL, but the next message").isEqualTo("340700016100020032");
    // What was ended cannot be completed.
    assertThat(client.send("5002 0001").got()).isEqualTo("6203000192");
  }

  /**
   * One message is in flight at QoS 1 (identifier 1), one at QoS 2 (2), and of one at QoS 2 (3)
   * only PUBCOMP is missing.
   */
  private ConnectionFixture.Client withThreeInFlight(int version) {
    var client = f.connected(version, "c");
    String properties = version == 5 ? "00" : "";
    client.send((version == 5 ? "820b 0001 00" : "820a 0001") + " 0001 61 01 0001 62 02");
    f.connected(4, "p").send("3206 0001 61 0001 31 3406 0001 62 0002 32 3406 0001 62 0003 33");
    client.send("5002 0003");
    assertThat(client.got())
        .contains("320" + (version == 5 ? "7" : "6") + "0001610001" + properties + "31")
        .endsWith("62020003");
    return client;
  }

  /** MQTT 5.0 section 4.3.2 and 4.3.3: what the receiver has to answer with. */
  @ParameterizedTest
  @CsvSource({
    "50020001, PUBREC at QoS 1",
    "70020001, PUBCOMP at QoS 1",
    "40020002, PUBACK at QoS 2",
    "70020002, PUBCOMP before PUBREL",
    "40020003, PUBACK after PUBREL"
  })
  void anAcknowledgementOfTheWrongKindEndsTheConnection(String packet, String why) {
    for (int version : new int[] {3, 4, 5}) {
      var client = withThreeInFlight(version).send(packet);
      assertThat(client.got()).as(why).startsWith(version == 5 ? "e0" : "");
      assertThat(client.isOpen()).as(why).isFalse();
    }
  }

  @Test
  void anErrorInPubrecForQos1EndsTheConnectionToo() {
    var client = withThreeInFlight(5).send("5003 0001 80");
    assertThat(client.got()).startsWith("e0").contains("82");
    assertThat(client.isOpen()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"3", "4", "5"})
  void theRightKindIsTakenAndWhatIsRepeatedIsNoError(int version) {
    var client = withThreeInFlight(version);
    // PUBREL is sent again for a PUBREC that comes again; what is settled is unknown after that.
    assertThat(client.send("50020003").got()).isEqualTo("62020003");
    assertThat(client.send("40020001 40020001 70020003 70020003").got()).isEmpty();
    assertThat(client.send("50020002").got()).isEqualTo("62020002");
    assertThat(client.send("70020002").got()).isEmpty();
    assertThat(client.isOpen()).isTrue();
  }

  @Test
  void pubrecThatComesTwiceIsAnsweredTwice() {
    var client = f.connected(5, "c").send("8207 0001 00 0001 61 02");
    client.got();
    f.connected(4, "p").send("3406 0001 61 0001 31");
    client.got();
    assertThat(client.send("50020001 50020001").got()).isEqualTo("6202000162020001");
    assertThat(client.send("70020001 50020001").got()).isEqualTo("6203000192");
  }
}
