package io.nanomq.api;

/**
 * A request that cannot be answered as asked: an HTTP status, a code and what to tell the caller.
 */
public class ApiException extends RuntimeException {
  private final int status;
  private final transient ApiError error;

  public ApiException(int status, ResultCode code, String message) {
    super(message);
    this.status = status;
    this.error = ApiError.of(code, message);
  }

  /** 400/108: a field, path segment or query parameter is wrong. */
  public static ApiException badParameter(String message) {
    return new ApiException(400, ResultCode.REQUEST_PARAMETER_ERROR, message);
  }

  public int status() {
    return status;
  }

  public ApiError error() {
    return error;
  }
}
