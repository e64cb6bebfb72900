package io.nanomq.config.document.hocon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HoconEditorTest {
  private static final String SUBSCRIPTION = "bridges.mqtt.<name>.subscription.<n>.";

  private static final String BRIDGE =
      """
      # how we talk to the cloud
      bridges.mqtt.cloud {
        server = "mqtt-tcp://example.com:1883"
        subscription = [
          # alarms come first
          {
            remote_topic = "alarm/#"   // all of them, "# }" included
            qos = 1
          },
          # everything else
          { remote_topic = "data/#", qos = 0 }   # cheap
        ] # no more
        keepalive = 30s
      }
      """;

  private static String edited(String text, ConfEdit... edits) throws ConfException {
    return HoconDocument.parse("nanomq.conf", text).with(List.of(edits)).text();
  }

  private static ConfEdit set(String field, Object value, int number) {
    return ConfEdit.set(SUBSCRIPTION + field, value, "cloud", String.valueOf(number));
  }

  private static ConfEdit remove(String field, int number) {
    return ConfEdit.remove(SUBSCRIPTION + field, "cloud", String.valueOf(number));
  }

  private static String withList(String list) {
    int start = BRIDGE.indexOf('[');
    return BRIDGE.substring(0, start) + list + BRIDGE.substring(BRIDGE.indexOf("] # no more") + 1);
  }

  @Test
  void aListThatChangesIsWrittenAnewAndWhatStandsAroundItStays() throws Exception {
    assertThat(edited(BRIDGE, set("qos", 2L, 1)))
        .startsWith(BRIDGE.substring(0, BRIDGE.indexOf('[')))
        .endsWith("] # no more\n  keepalive = 30s\n}\n");
    assertThat(settings(edited(BRIDGE, set("qos", 2L, 1))))
        .isEqualTo(settings(BRIDGE.replace("qos = 1", "qos = 2")));
    String changed = edited(BRIDGE, set("remote_topic", "x", 2), set("qos", 2L, 1));
    assertThat(settings(changed))
        .isEqualTo(settings(BRIDGE.replace("qos = 1", "qos = 2").replace("\"data/#\"", "\"x\"")));
  }

  private static String withoutBridge(String text) throws ConfException {
    return edited(
        text,
        ConfEdit.remove("bridges.mqtt.<name>.server", "a"),
        ConfEdit.remove("bridges.mqtt.<name>.clientid", "a"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bridges.mqtt.a { server = \"x\", clientid = y } | ''",
        "bridges { mqtt { a { server = \"x\"~ clientid = y~ }~ } }~ | ''",
        "bridges.mqtt {~  a : { server = \"x\" }~  b { server = \"z\" }~}~ | bridges.mqtt {~  b { server = \"z\" }~}~",
        "bridges.mqtt {~  a {~ server = \"x\"~ }~  ab {~ server = \"z\"~ }~}~ | bridges.mqtt {~  ab {~ server = \"z\"~ }~}~",
        "bridges.mqtt.a {~ # why~ server = \"x\" }~ | bridges.mqtt.a {~ # why~ }~",
        "bridges.mqtt.a { server = \"x\"~ include \"b\" }~ | bridges.mqtt.a { include \"b\" }~",
        "bridges.mqtt.a.keepalive = 1s~bridges.mqtt.a { server = \"x\" }~ | bridges.mqtt.a.keepalive = 1s~bridges.mqtt.a { }~"
      })
  void aSectionGoesWithTheLastThatIsInIt(String text, String left) throws Exception {
    String log = "log.level = info~";
    assertThat(withoutBridge((log + text).replace('~', '\n')).replaceAll("\\s+", " ").strip())
        .isEqualTo((log + left).replace('~', '\n').replaceAll("\\s+", " ").strip());
  }

  @Test
  void elementsComeAndGo() throws Exception {
    String more = edited(BRIDGE, set("remote_topic", "more", 3), set("qos", 1L, 3));
    assertThat(settings(more))
        .isEqualTo(settings(BRIDGE.replace("  ] #", "{remote_topic = \"more\", qos = 1}\n  ] #")));
    assertThat(settings(edited(BRIDGE, remove("remote_topic", 2), remove("qos", 2))))
        .isEqualTo(settings(withList("[{ remote_topic = \"alarm/#\", qos = 1 }]")));
    String first = edited(BRIDGE, remove("remote_topic", 1), remove("qos", 1));
    assertThat(settings(first))
        .isEqualTo(settings(withList("[{ remote_topic = \"data/#\", qos = 0 }]")));
    assertThat(numbersOf(first)).containsExactly("1");
  }

  @Test
  void aListThatIsPutTogetherIsWrittenAnew() throws Exception {
    String text =
        "more = [{remote_topic = b}]\nbridges.mqtt.cloud.subscription = [{remote_topic = a}]\n"
            + "bridges.mqtt.cloud.subscription = [{remote_topic = a, qos = 1}]\n";
    String now = edited(text, set("qos", 2L, 1));
    assertThat(settings(now)).contains("bridges.mqtt.cloud.subscription.1.qos=2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mqtt.max_mqueue_len = 1\nmqtt {\n  max_mqueue_len = 2\n}\n",
        "mqtt {\n  max_mqueue_len = 2\n}\nmqtt.max_mqueue_len = 1\n",
        "mqtt { max_mqueue_len = 2 }\nlog.level = warn\nmqtt { max_packet_size = 1MB }\n",
        "mqtt { max_mqueue_len = 2 }\nmqtt = { max_mqueue_len = 3, max_packet_size = 1MB }\n",
        "mqtt { max_mqueue_len = 2, max_mqueue_len = 3 }\n",
        "\"mqtt\".\"max_mqueue_len\" = 3\n"
      })
  void whereverAValueStandsItIsAsSaidAfterwards(String text) throws Exception {
    String now = edited(text, ConfEdit.set("mqtt.max_mqueue_len", 7L));
    assertThat(settings(now)).as(now).contains("mqtt.max_mqueue_len=7");
    String gone = edited(text, ConfEdit.remove("mqtt.max_mqueue_len"));
    assertThat(settings(gone)).as(gone).noneMatch(s -> s.startsWith("mqtt.max_mqueue_len"));
  }

  @Test
  void aSectionThatIsPutTogetherIsLeftToPeople() {
    String text = "x { max_mqueue_len = 5 }\nmqtt { max_mqueue_len = 2 }\nmqtt = ${x}\n";
    assertThatThrownBy(() -> edited(text, ConfEdit.set("mqtt.max_mqueue_len", 7L)))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("puts the section together by substitutions")
        .hasMessageContaining("an edit by hand");
  }

  @Test
  void whatIsSetAndRemovedAgainLeavesNothing() throws Exception {
    String text =
        "mqtt {\n  max_packet_size = 1MB\n}\n\n# the end\nlog {\n  level = warn # quiet\n}\n";
    String now = text;
    for (int i = 0; i < 5; i++) {
      now = edited(now, ConfEdit.set("mqtt.max_mqueue_len", 7L));
      assertThat(settings(now)).contains("mqtt.max_mqueue_len=7");
      now = edited(now, ConfEdit.remove("mqtt.max_mqueue_len"));
    }
    assertThat(now).isEqualTo(text);
  }

  /** Against the values alone: whatever the layout, an edit does what it says and no more. */
  @Test
  void editsOfAnyLayoutDoWhatTheySay() throws Exception {
    Random random = new Random(11);
    for (int round = 0; round < 400; round++) {
      List<List<Long>> model = new ArrayList<>();
      String text = list(random, model);
      for (int i = 0; i < 6; i++) {
        int number = 1 + random.nextInt(model.size() + 1);
        long qos = random.nextInt(3);
        boolean isNew = number > model.size();
        List<ConfEdit> edits = new ArrayList<>();
        if (random.nextInt(3) == 0 && !isNew) {
          edits.add(remove("remote_topic", number));
          edits.add(remove("qos", number));
          model.remove(number - 1);
        } else {
          long topic = random.nextInt(1000);
          edits.add(set("remote_topic", "t" + topic, number));
          edits.add(set("qos", qos, number));
          if (isNew) {
            model.add(List.of(topic, qos));
          } else {
            model.set(number - 1, List.of(topic, qos));
          }
        }
        String before = text;
        text = edited(text, edits.toArray(ConfEdit[]::new));
        assertThat(settings(text))
            .as("from\n%s\nto\n%s", before, text)
            .isEqualTo(settings(render(model)));
        if (model.isEmpty()) {
          break;
        }
      }
    }
  }

  private static String list(Random random, List<List<Long>> model) {
    StringBuilder text = new StringBuilder("bridges.mqtt.cloud.subscription = [");
    String[] gaps = {"", " ", "\n", "\n  # keep } ] \" ,\n", "\n\n", "  // # keep {\n  "};
    text.append(gaps[random.nextInt(gaps.length)]);
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      long topic = random.nextInt(1000);
      long qos = random.nextInt(3);
      model.add(List.of(topic, qos));
      String inner = random.nextBoolean() ? ", " : "\n    ";
      text.append("{").append(random.nextBoolean() ? "\n    # its own ]\n" : " ");
      text.append("remote_topic = \"t").append(topic).append('"').append(inner);
      text.append("qos = ").append(qos).append(random.nextBoolean() ? "\n  }" : "}");
      String gap = gaps[random.nextInt(gaps.length)];
      boolean isLast = i == count - 1;
      text.append(random.nextBoolean() || !isLast && !gap.contains("\n") ? "," : "").append(gap);
    }
    return text.append("]\n").toString();
  }

  private static String render(List<List<Long>> model) {
    StringBuilder text = new StringBuilder("bridges.mqtt.cloud.subscription = [");
    model.forEach(e -> text.append("{remote_topic=t" + e.get(0) + ",qos=" + e.get(1) + "},"));
    return text.append("]\n").toString();
  }

  private static List<String> numbersOf(String text) throws ConfException {
    return settings(text).stream()
        .filter(s -> s.contains(".subscription.") && s.contains("remote_topic"))
        .map(s -> s.replaceAll(".*subscription\\.(\\d+)\\..*", "$1"))
        .toList();
  }

  /** Sorted, since a list may stand anywhere in its lines. */
  private static List<String> settings(String text) throws ConfException {
    List<ConfProblem> problems = new ArrayList<>();
    List<String> settings =
        HoconDocument.parse("nanomq.conf", text).settings(java.util.Map.of(), problems).stream()
            .map(s -> s.match().path() + "=" + s.raw())
            .sorted()
            .toList();
    assertThat(problems).filteredOn(p -> !p.reason().contains("not a known key")).isEmpty();
    return settings;
  }
}
