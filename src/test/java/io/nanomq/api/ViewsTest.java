package io.nanomq.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanomq.api.json.ApiError;
import io.nanomq.api.json.ResultCode;
import io.nanomq.api.list.ListTable;
import io.nanomq.session.ClientSnapshot;
import io.nanomq.session.SubscriptionSnapshot;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Field names and order are the reference's. */
class ViewsTest {
  private final ObjectMapper json = new ObjectMapper();

  @Test
  void clientsHaveTheReferencesFieldsAndThenThePagesOwn() throws Exception {
    var client = new ClientSnapshot("c1", "alice", 60, true, true, "MQTT", 4, 32, 1, 0, 0);

    assertThat(written(ClientsResource.TABLE, client))
        .isEqualTo(
            """
            {"client_id":"c1","username":"alice","keepalive":60,\
            "conn_state":"connected","clean_start":true,"proto_name":"MQTT","proto_ver":4,\
            "recv_msg":32,"clientid":"c1","connected":true}\
            """);
  }

  @Test
  void aSessionWithoutConnectionIsDisconnected() throws Exception {
    var client = new ClientSnapshot("c1", "", 60, false, true, "MQTT", 4, 0, 0, 0, 0);

    assertThat(written(ClientsResource.TABLE, client))
        .contains("\"conn_state\":\"disconnected\"", "\"connected\":false");
  }

  @Test
  void subscriptions() throws Exception {
    var subscription = new SubscriptionSnapshot("c1", "$share/g1/jobs/#", 2);

    assertThat(written(SubscriptionsResource.TABLE, subscription))
        .isEqualTo("{\"clientid\":\"c1\",\"topic\":\"$share/g1/jobs/#\",\"qos\":2}");
  }

  private <T> String written(ListTable<T> table, T element) throws Exception {
    var text = new StringWriter();
    try (var generator = json.createGenerator(text)) {
      table.row(null).write(element, generator);
    }
    return text.toString();
  }

  @Test
  void errorsSayTheCodeFirst() throws Exception {
    assertThat(json.writeValueAsString(ApiError.of(ResultCode.CLIENT_IS_OFFLINE)))
        .isEqualTo("{\"code\":112,\"message\":\"Client is offline\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "0, '0 Hours, 0 minutes, 0 seconds'",
    "1, '0 Hours, 0 minutes, 1 seconds'",
    "54098, '15 Hours, 1 minutes, 38 seconds'",
    "360000, '100 Hours, 0 minutes, 0 seconds'"
  })
  void uptime(long seconds, String expected) {
    assertThat(NodesResource.uptime(Duration.ofSeconds(seconds))).isEqualTo(expected);
  }
}
