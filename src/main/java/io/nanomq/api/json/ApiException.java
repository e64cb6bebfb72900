package io.nanomq.api.json;

/**
 * A request that cannot be answered as asked: an HTTP status, a code and what to tell the caller.
 */
public class ApiException extends RuntimeException {
  private static final int MAX_MESSAGE = 1000;

  private final int status;
  private final transient ApiError error;

  public ApiException(int status, ResultCode code, String message) {
    super(cut(message));
    this.status = status;
    this.error = ApiError.of(code, cut(message));
  }

  /** 400/108: a field, path segment or query parameter is wrong. */
  public static ApiException badParameter(String message) {
    return new ApiException(400, ResultCode.REQUEST_PARAMETER_ERROR, message);
  }

  /** 400/108: a query parameter that the endpoint does not take. */
  public static ApiException unknownParameter(String name) {
    return badParameter("Unknown query parameter: " + name);
  }

  /** 400/108: a query parameter that comes twice. */
  public static ApiException repeatedParameter(String name) {
    return badParameter("Query parameter given more than once: " + name);
  }

  /** 400/108: a query parameter cannot have that value. */
  public static ApiException illegalParameter(String name, String value) {
    return badParameter("Illegal value of query parameter " + name + ": " + value);
  }

  /** 400/107: a field or query parameter that must be there is not. */
  public static ApiException missing(String name) {
    return new ApiException(
        400, ResultCode.MISSING_KEY_REQUEST_PARAMETERS, "The field " + name + " is missing");
  }

  /** 400/108: a field has a value that it cannot have. */
  public static ApiException wrongField(String name) {
    return badParameter("The field " + name + " is wrong");
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

  // What was sent is told back, but not megabytes of it.
  private static String cut(String message) {
    return message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) + "..." : message;
  }

  public int status() {
    return status;
  }

  public ApiError error() {
    return error;
  }
}
