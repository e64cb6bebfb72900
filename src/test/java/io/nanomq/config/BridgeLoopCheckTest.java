package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.setting.ConfProblem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BridgeLoopCheckTest {
  @ParameterizedTest
  @CsvSource({
    "a, a, true",
    "a, b, false",
    "a/+, a/b, true",
    "a/+, +/b, true",
    "a/+/c, a/b, false",
    "a/#, a, true",
    "a/#, a/b/c, true",
    "a/#, b/#, false",
    "#, a/b, true",
    "+, a/b, false",
    "+/#, a, true"
  })
  void filtersOverlapWhereATopicMatchesBoth(String one, String other, boolean overlap) {
    assertThat(BridgeLoopCheck.overlap(one, other)).isEqualTo(overlap);
    assertThat(BridgeLoopCheck.overlap(other, one)).isEqualTo(overlap);
  }

  private static List<ConfProblem> warnings(int version, String fetched, String server)
      throws Exception {
    String text =
        """
        bridges.mqtt.out { server = "mqtt-tcp://h:1", proto_ver = %d, forwards = ["a/#"] }
        bridges.mqtt.in { server = "mqtt-tcp://%s", proto_ver = 4, subscription = [%s] }
        """;
    return Confs.load(text.formatted(version, server, fetched)).warnings().stream()
        .filter(warning -> warning.reason().contains("go round"))
        .toList();
  }

  @Test
  void whatAnotherBridgeFetchesBackIsAWarning() throws Exception {
    assertThat(warnings(4, "{ remote_topic = \"a/+\" }", "h:1"))
        .singleElement()
        .asString()
        .contains("bridge out forwards what bridge in fetches back");
    assertThat(warnings(5, "{ remote_topic = \"a/+\" }", "h:1")).hasSize(1);
    assertThat(warnings(4, "{ remote_topic = \"b/+\" }", "h:1")).isEmpty();
    assertThat(warnings(4, "{ remote_topic = \"a/+\" }", "h:2")).isEmpty();
    assertThat(warnings(4, "{ remote_topic = \"a/+\", prefix = \"x/\" }", "h:1")).isEmpty();
  }
}
