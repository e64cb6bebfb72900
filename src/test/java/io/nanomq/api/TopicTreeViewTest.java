package io.nanomq.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanomq.session.SubscriptionSnapshot;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The expected texts are the reference's own answers. */
class TopicTreeViewTest {

  @Test
  void emptyBrokerHasOnlyTheRootAndTheClosingLevel() throws Exception {
    assertThat(json(List.of())).isEqualTo("[[{\"topic\":\"\",\"cld_cnt\":0}],[]]");
  }

  @Test
  void levelsStandInTheOrderOfTheirParents() throws Exception {
    var subscriptions =
        List.of(
            new SubscriptionSnapshot("persist", "p/q", 1),
            new SubscriptionSnapshot("sub311", "sensors/+/temp", 1),
            new SubscriptionSnapshot("share-2", "$share/g1/jobs/#", 1),
            new SubscriptionSnapshot("share-1", "$share/g1/jobs/#", 2),
            new SubscriptionSnapshot("multi", "a/b/c", 0),
            new SubscriptionSnapshot("multi", "a/b/#", 0),
            new SubscriptionSnapshot("multi", "#", 0),
            new SubscriptionSnapshot("multi", "$SYS/#", 0));

    assertThat(json(subscriptions))
        .isEqualTo(
            """
            [[{"topic":"","cld_cnt":6}],\
            [{"topic":"#","cld_cnt":0,"clientid":["multi"]},{"topic":"$SYS","cld_cnt":1},\
            {"topic":"$share","cld_cnt":1},{"topic":"a","cld_cnt":1},{"topic":"p","cld_cnt":1},\
            {"topic":"sensors","cld_cnt":1}],\
            [{"topic":"#","cld_cnt":0,"clientid":["multi"]},{"topic":"g1","cld_cnt":1},\
            {"topic":"b","cld_cnt":2},{"topic":"q","cld_cnt":0,"clientid":["persist"]},\
            {"topic":"+","cld_cnt":1}],\
            [{"topic":"jobs","cld_cnt":1},{"topic":"#","cld_cnt":0,"clientid":["multi"]},\
            {"topic":"c","cld_cnt":0,"clientid":["multi"]},\
            {"topic":"temp","cld_cnt":0,"clientid":["sub311"]}],\
            [{"topic":"#","cld_cnt":0,"clientid":["share-1","share-2"]}],[]]\
            """);
  }

  @Test
  void emptyLevelsAreLevels() throws Exception {
    assertThat(json(List.of(new SubscriptionSnapshot("c", "/", 0))))
        .isEqualTo(
            """
            [[{"topic":"","cld_cnt":1}],[{"topic":"","cld_cnt":1}],\
            [{"topic":"","cld_cnt":0,"clientid":["c"]}],[]]\
            """);
  }

  @Test
  void aNodeMayHaveBothSubscribersAndChildren() throws Exception {
    var subscriptions =
        List.of(new SubscriptionSnapshot("c", "a", 0), new SubscriptionSnapshot("d", "a/b", 0));

    assertThat(json(subscriptions))
        .isEqualTo(
            """
            [[{"topic":"","cld_cnt":1}],[{"topic":"a","cld_cnt":1,"clientid":["c"]}],\
            [{"topic":"b","cld_cnt":0,"clientid":["d"]}],[]]\
            """);
  }

  @Test
  void aSlashComesBeforeWhateverALevelMayContain() throws Exception {
    var subscriptions =
        List.of(
            new SubscriptionSnapshot("1", "a-b", 0),
            new SubscriptionSnapshot("2", "a/b", 0),
            new SubscriptionSnapshot("3", "a\u0001/b", 0),
            new SubscriptionSnapshot("4", "a", 0));

    assertThat(json(subscriptions))
        .isEqualTo(
            """
            [[{"topic":"","cld_cnt":3}],[{"topic":"a","cld_cnt":1,"clientid":["4"]},\
            {"topic":"a\\u0001","cld_cnt":1},{"topic":"a-b","cld_cnt":0,"clientid":["1"]}],\
            [{"topic":"b","cld_cnt":0,"clientid":["2"]},\
            {"topic":"b","cld_cnt":0,"clientid":["3"]}],[]]\
            """);
  }

  private static String json(List<SubscriptionSnapshot> subscriptions) throws IOException {
    var view = new TopicTreeView(subscriptions);
    var row = TopicTreeResource.TABLE.row(null);
    var text = new StringWriter();
    try (var to = new ObjectMapper().createGenerator(text)) {
      to.writeStartArray();
      for (int depth = 0; depth < view.levels(); depth++) {
        to.writeStartArray();
        for (var nodes = view.level(depth); nodes.hasNext(); ) {
          row.write(nodes.next(), to);
        }
        to.writeEndArray();
      }
      to.writeEndArray();
    }
    return text.toString();
  }
}
