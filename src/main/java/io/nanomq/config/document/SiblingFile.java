package io.nanomq.config.document;

/** NanoMQ 0.8's further files, each with the option and the variable that names it. */
public enum SiblingFile {
  BRIDGE("nanomq_bridge.conf", "--bridge", "NANOMQ_BRIDGE_CONF_PATH"),
  AUTH("nanomq_auth_username.conf", "--auth", "NANOMQ_AUTH_CONF_PATH"),
  AUTH_HTTP("nanomq_auth_http.conf", "--auth_http", "NANOMQ_AUTH_HTTP_CONF_PATH"),
  WEBHOOK("nanomq_web_hook.conf", "--webhook", "NANOMQ_WEBHOOK_CONF_PATH");

  private final String fileName;
  private final String option;
  private final String variable;

  SiblingFile(String fileName, String option, String variable) {
    this.fileName = fileName;
    this.option = option;
    this.variable = variable;
  }

  /** Its name beside the main file. */
  public String fileName() {
    return fileName;
  }

  public String option() {
    return option;
  }

  public String variable() {
    return variable;
  }
}
