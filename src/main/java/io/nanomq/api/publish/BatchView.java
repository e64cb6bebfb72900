package io.nanomq.api.publish;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a batch, in the reference's order of fields.
 *
 * @param data one element for each of the request's, in its order
 * @param code 0, also where elements failed
 */
@JsonPropertyOrder({"data", "code"})
public record BatchView(List<Item> data, int code) {

  /**
   * What became of one element.
   *
   * @param topic as given; left out where it was none
   * @param message why it failed; left out where it did not
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonPropertyOrder({"clientid", "topic", "code", "message"})
  public record Item(
      @Nullable String clientid, @Nullable String topic, int code, @Nullable String message) {}
}
