package io.nanomq.api.event;

import io.nanomq.api.json.ApiException;
import io.nanomq.codec.TopicRules;
import io.nanomq.config.key.value.Network;
import io.nanomq.trace.TraceTarget;
import java.util.Arrays;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What is to be followed.
 *
 * @param type clientid, address or topic
 * @param value whom, from where, or the messages of which filter
 * @param payload whether the first {@value TraceLine#SHOWN_BYTES} bytes of payloads are shown
 * @param seconds after which it ends, 60 where it is missing
 * @param lines after which it ends, 1,000 where it is missing
 */
record TraceRequest(
    @Schema(required = true) String type,
    @Schema(required = true) String value,
    @Nullable Boolean payload,
    @Nullable Integer seconds,
    @Nullable Integer lines) {

  private static final int USUAL_SECONDS = 60;
  private static final int USUAL_LINES = 1_000;

  /**
   * @throws ApiException 400/107 or 400/108 for what is missing or wrong, 400/115 for a topic that
   *     is none
   */
  TraceTarget target() {
    TraceTarget.Type kind =
        Arrays.stream(TraceTarget.Type.values())
            .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(type))
            .findFirst()
            .orElseThrow(() -> ApiException.wrongField("type"));
    return new TraceTarget(
        kind,
        value(kind, value),
        Boolean.TRUE.equals(payload),
        bounded("seconds", seconds, USUAL_SECONDS, TraceTarget.MOST_SECONDS),
        bounded("lines", lines, USUAL_LINES, TraceTarget.MOST_LINES));
  }

  private static String value(TraceTarget.Type kind, String value) {
    if (kind == TraceTarget.Type.TOPIC && !TopicRules.isValidFilter(value)) {
      throw ApiException.illegalTopic(value);
    }
    boolean isAddress = value.indexOf('/') < 0 && Network.parse(value).isPresent();
    if (value.isEmpty() || kind == TraceTarget.Type.ADDRESS && !isAddress) {
      throw ApiException.wrongField("value");
    }
    return kind == TraceTarget.Type.ADDRESS ? Network.plain(value) : value;
  }

  private static int bounded(String name, @Nullable Integer given, int usual, int most) {
    int number = given == null ? usual : given;
    if (number < 1 || number > most) {
      throw ApiException.wrongField(name);
    }
    return number;
  }
}
