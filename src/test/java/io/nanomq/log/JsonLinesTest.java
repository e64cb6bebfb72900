package io.nanomq.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanomq.codec.ReasonCode;
import io.nanomq.it.RawClient;
import io.nanomq.it.TestBroker;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.Logger;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
  private static final String CATEGORY = "io.nanomq.connection.Connection";

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final ExtHandler handler =
      new ExtHandler() {
        private final JsonLines json = new JsonLines();

        @Override
        protected void doPublish(ExtLogRecord line) {
          lines.add(json.format(line));
        }
      };

  @Test
  void whatIsKnownOfAClientIsMembersOfTheLine() throws Exception {
    Logger logger = LogContext.getLogContext().getLogger(CATEGORY);
    logger.setLevel(Level.DEBUG);
    handler.setLevel(Level.DEBUG);
    logger.addHandler(handler);
    try (TestBroker broker = TestBroker.start();
        RawClient client = broker.raw(5)) {
      client.connect("c-1", "ann", "x").receive(2);
      assertThat(
              broker
                  .broker()
                  .actions()
                  .kick("c-1", false)
                  .toCompletableFuture()
                  .get(60, TimeUnit.SECONDS))
          .isTrue();
      Awaitility.await().until(() -> lines.stream().anyMatch(line -> line.contains("c-1")));
    } finally {
      logger.removeHandler(handler);
      logger.setLevel(null);
    }
    String line = lines.stream().filter(each -> each.contains("c-1")).findFirst().orElseThrow();
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(json.path("clientid").asText()).isEqualTo("c-1");
    assertThat(json.path("username").asText()).isEqualTo("ann");
    assertThat(json.path("peer").asText()).isEqualTo("127.0.0.1");
    assertThat(json.path("listener").asText()).isEqualTo("tcp");
    assertThat(json.path("reason").asText()).isEqualTo(ReasonCode.ADMINISTRATIVE_ACTION.name());
  }
}
