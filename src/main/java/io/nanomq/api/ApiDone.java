package io.nanomq.api;

/**
 * A successful answer that has nothing to say, {@code {"code":0}}.
 *
 * @param code always 0
 */
public record ApiDone(int code) {
  static final ApiDone DONE = new ApiDone(ResultCode.SUCCEED.code());
}
