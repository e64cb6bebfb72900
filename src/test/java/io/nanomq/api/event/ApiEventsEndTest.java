package io.nanomq.api.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.api.LiveConf;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream of events goes on as long as the credentials that opened it hold, and no longer. */
@QuarkusTest
@Timeout(60)
class ApiEventsEndTest {
  @Inject LiveConf live;
  @Inject EventStreams streams;

  @AfterEach
  void asBefore() throws Exception {
    live.apply("");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http_server.password=other\n", "http_server.username=other\n"})
  void itEndsWithItsPassword(String change) throws Exception {
    try (EventReader reader = new EventReader(live.port(), "")) {
      assertThat(reader.head.get(0)).contains("200");
      live.apply(change);
      assertThat(reader.hasEnded()).isTrue();
    }
  }

  @Test
  void itSurvivesEveryOtherChange() throws Exception {
    try (EventReader reader = new EventReader(live.port(), "?type=connected")) {
      assertThat(reader.head.get(0)).contains("200");
      int open = streams.count();
      live.apply("msq_len=9\nhttp_server.redact_secrets=true\nhttp_server.password=public\n");
      assertThat(streams.count()).isEqualTo(open).isPositive();
    }
  }
}
