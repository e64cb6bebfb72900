package io.nanomq.authz;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.model.AclConf;
import io.nanomq.event.BrokerEvents;
import io.nanomq.event.LoopEvents;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.ManualLoops;
import io.nanomq.metrics.AccessReason;
import io.nanomq.packet.TopicName;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often is decided what a client may do. */
class ClientAccessTest {
  private static final AccessRoom ROOM =
      new AccessRoom() {
        @Override
        public boolean take(int bytes) {
          return true;
        }

        @Override
        public void give(int bytes) {}
      };

  /** 30 rounds through so many topics. */
  @ParameterizedTest
  @CsvSource({
    "true, 64, 1, 1, 1",
    "true, 64, 10, 10, 60",
    "true, 4, 100, 2900, 3000",
    "false, 64, 10, 300, 300"
  })
  void aVerdictIsMadeOnceForEachTopicThatIsRemembered(
      boolean cache, int size, int topics, int least, int most) throws Exception {
    String text =
        "auth { cache { enable = %s, max_size = %d }, acl.rules = [{permit = allow}] }\n"
            .formatted(cache, size);
    AclConf conf = Confs.load(text).conf().auth().acl();
    LoopContext loop = new ManualLoops(1).context(0);
    var access = new LoopAccess(loop, new LoopEvents(loop, new BrokerEvents(), () -> 7));
    access.apply(AccessPolicy.of(conf, null, false));
    var client = new ClientAccess(access, ROOM, "c");
    List<TopicName> names =
        IntStream.range(0, topics).mapToObj(i -> TopicName.of("t/" + i)).toList();
    for (int round = 0; round < 30; round++) {
      names.forEach(name -> assertThat(client.mayPublish(name)).isTrue());
    }
    assertThat(loop.counters().snapshot().allowed(AccessReason.RULE))
        .isBetween((long) least, (long) most);
    long before = loop.counters().snapshot().allowed(AccessReason.RULE);
    access.apply(AccessPolicy.of(conf, null, false));
    client.mayPublish(names.get(0));
    assertThat(loop.counters().snapshot().allowed(AccessReason.RULE)).isEqualTo(before + 1);
    access.apply(AccessPolicy.OPEN);
    assertThat(access.isOpen()).isTrue();
  }
}
