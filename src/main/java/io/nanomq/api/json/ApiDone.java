package io.nanomq.api.json;

/**
 * A successful answer that has nothing to say, {@code {"code":0}}.
 *
 * @param code always 0
 */
public record ApiDone(int code) {
  public static final ApiDone DONE = new ApiDone(ResultCode.SUCCEED.code());
}
