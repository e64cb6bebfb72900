package io.nanomq.api.json;

/** The {@code code} of an answer, as the API's page lists them, with what it says to people. */
public enum ResultCode {
  SUCCEED(0, "Succeed"),
  RPC_ERROR(101, "RPC error"),
  UNKNOWN_MISTAKE(102, "Unknown mistake"),
  WRONG_USERNAME_OR_PASSWORD(103, "Wrong user name or password"),
  EMPTY_USERNAME_OR_PASSWORD(104, "Empty username or password"),
  USER_DOES_NOT_EXIST(105, "User does not exist"),
  ADMIN_CANNOT_BE_DELETED(106, "Administrator account cannot be deleted"),
  MISSING_KEY_REQUEST_PARAMETERS(107, "Missing key request parameters"),
  REQUEST_PARAMETER_ERROR(108, "Request parameter error"),
  REQUEST_NOT_JSON(109, "Request parameters are not in legal JSON format"),
  PLUGIN_IS_ENABLED(110, "Plug-in is enabled"),
  PLUGIN_IS_CLOSED(111, "Plugin is closed"),
  CLIENT_IS_OFFLINE(112, "Client is offline"),
  USER_ALREADY_EXISTS(113, "User already exists"),
  OLD_PASSWORD_IS_WRONG(114, "Old password is wrong"),
  ILLEGAL_SUBJECT(115, "Illegal subject"),
  TOKEN_EXPIRED(116, "Token expired");

  private final int code;
  private final String message;

  ResultCode(int code, String message) {
    this.code = code;
    this.message = message;
  }

  public int code() {
    return code;
  }

  public String message() {
    return message;
  }
}
