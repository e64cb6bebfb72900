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

  /** 400/107: a field or query parameter that must be there is not. */
  public static ApiException missing(String name) {
    return new ApiException(
        400, ResultCode.MISSING_KEY_REQUEST_PARAMETERS, "The field " + name + " is missing");
  }

  /** 400/115: neither a topic that may be published to nor a filter. */
  public static ApiException illegalTopic(String topic) {
    return new ApiException(400, ResultCode.ILLEGAL_SUBJECT, "Illegal topic or filter: " + topic);
  }

  /** 404/112: the client that an action needs is not online. */
  public static ApiException offline(String clientId) {
    return new ApiException(
        404, ResultCode.CLIENT_IS_OFFLINE, "The client is not online: " + clientId);
  }

  public int status() {
    return status;
  }

  public ApiError error() {
    return error;
  }
}
