package io.nanomq.api.json;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * The body of an answer that is not a success.
 *
 * @param code number of a {@link ResultCode}
 * @param message what is wrong, for people
 */
@JsonPropertyOrder({"code", "message"})
public record ApiError(int code, String message) {

  public static ApiError of(ResultCode code) {
    return of(code, code.message());
  }

  public static ApiError of(ResultCode code, String message) {
    return new ApiError(code.code(), message);
  }
}
