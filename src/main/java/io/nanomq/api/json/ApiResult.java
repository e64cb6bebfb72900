package io.nanomq.api.json;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * A successful answer, {@code {"code":0,"data":...}}.
 *
 * @param code always 0
 * @param data what was asked for
 */
@JsonPropertyOrder({"code", "data"})
public record ApiResult<T>(int code, T data) {

  public static <T> ApiResult<T> of(T data) {
    return new ApiResult<>(ResultCode.SUCCEED.code(), data);
  }
}
