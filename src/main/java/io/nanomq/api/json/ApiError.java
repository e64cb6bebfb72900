package io.nanomq.api.json;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * The body of an answer that is not a success.
 *
 * @param code number of a {@link ResultCode}
 * @param message what is wrong, for people
 */
@JsonPropertyOrder({"code", "message"})
public record ApiError(int code, String message) {
  private static final JsonMapper MAPPER = new JsonMapper();

  public static ApiError of(ResultCode code) {
    return of(code, code.message());
  }

  public static ApiError of(ResultCode code, String message) {
    return new ApiError(code.code(), message);
  }

  /** As it is sent by what stands before the framework. */
  public byte[] bytes() {
    try {
      return MAPPER.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a number and a text can be written", e);
    }
  }
}
