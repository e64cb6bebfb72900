package io.nanomq.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.api.json.ApiException;
import io.nanomq.session.ClientSnapshot;
import io.nanomq.session.SubscriptionSnapshot;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The filters of /clients and /subscriptions, as the API's page lists them. */
class QueryFilterTest {
  private static final List<ClientSnapshot> CLIENTS =
      List.of(
          client("a", "alice", true, true, 4),
          client("b", "bob", true, false, 5),
          client("c", "", false, false, 3));

  private static final List<SubscriptionSnapshot> SUBSCRIPTIONS =
      List.of(
          new SubscriptionSnapshot("a", "a/b/c", 0),
          new SubscriptionSnapshot("b", "$share/g1/jobs/#", 2),
          new SubscriptionSnapshot("c", "$share/g1/jobs/#", 1),
          new SubscriptionSnapshot("c", "$share/g/g1/x", 1));

  @ParameterizedTest
  @CsvSource({
    "clientid, a, a",
    "client_id, b, b",
    "clientid, nosuch, ''",
    "username, alice, a",
    "username, '', c",
    "conn_state, connected, ab",
    "conn_state, disconnected, c",
    "conn_state, idle, ''",
    "clean_start, true, a",
    "clean_start, false, bc",
    "proto_name, MQTT, abc",
    "proto_name, CoAP, ''",
    "proto_ver, 5, b"
  })
  void clientsByOneParameter(String name, String value, String expected) {
    assertThat(clients(query(name, value))).isEqualTo(expected);
  }

  @Test
  void allParametersMustHold() {
    assertThat(clients(query("conn_state", "connected", "clean_start", "false"))).isEqualTo("b");
    assertThat(clients(query())).isEqualTo("abc");
  }

  @ParameterizedTest
  @CsvSource({
    "clientid, c, 2",
    "topic, a/b/c, 1",
    "topic, a/b, 0",
    "topic, jobs/#, 0",
    "topic, $share/g1/jobs/#, 2",
    "qos, 1, 2",
    "share, g1, 2",
    "share, g/g1, 0"
  })
  void subscriptionsByOneParameter(String name, String value, int expected) {
    var filter = SubscriptionsResource.TABLE.where(query(name, value));

    assertThat(SUBSCRIPTIONS.stream().filter(filter)).hasSize(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "nosuch, 1",
    "Clientid, a",
    "conn_state, CONNECTED",
    "conn_state, ''",
    "clean_start, 1",
    "proto_name, mqtt",
    "proto_ver, 6",
    "proto_ver, four"
  })
  void whatIsNotUnderstoodIsRefused(String name, String value) {
    assertRefused(() -> ClientsResource.TABLE.where(query(name, value)));
  }

  @Test
  void oneParameterTwiceIsRefused() {
    assertRefused(() -> ClientsResource.TABLE.where(query("clientid", "a", "clientid", "b")));
    assertRefused(() -> SubscriptionsResource.TABLE.where(query("qos", "3")));
  }

  private static void assertRefused(Runnable parse) {
    assertThatThrownBy(parse::run)
        .isInstanceOfSatisfying(
            ApiException.class,
            refused -> {
              assertThat(refused.status()).isEqualTo(400);
              assertThat(refused.error().code()).isEqualTo(108);
            });
  }

  private static String clients(MultivaluedMap<String, String> query) {
    var ids = new StringBuilder();
    CLIENTS.stream()
        .filter(ClientsResource.TABLE.where(query))
        .forEach(client -> ids.append(client.clientId()));
    return ids.toString();
  }

  private static MultivaluedMap<String, String> query(String... namesAndValues) {
    var query = new MultivaluedHashMap<String, String>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      query.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return query;
  }

  private static ClientSnapshot client(
      String id, String username, boolean connected, boolean cleanStart, int version) {
    return new ClientSnapshot(id, username, 60, connected, cleanStart, "MQTT", version, 0, 0, 0, 0);
  }
}
