package io.nanomq.config;

/** NanoMQ 0.8's further files, each with the option and the variable that names it. */
enum SiblingFile {
  BRIDGE("nanomq_bridge.conf", CommandLine.BRIDGE, EnvironmentSource.BRIDGE),
  AUTH("nanomq_auth_username.conf", CommandLine.AUTH, EnvironmentSource.AUTH),
  AUTH_HTTP("nanomq_auth_http.conf", CommandLine.AUTH_HTTP, EnvironmentSource.AUTH_HTTP),
  WEBHOOK("nanomq_web_hook.conf", CommandLine.WEBHOOK, EnvironmentSource.WEBHOOK);

  private final String fileName;
  private final String option;
  private final String variable;

  SiblingFile(String fileName, String option, String variable) {
    this.fileName = fileName;
    this.option = option;
    this.variable = variable;
  }

  /** Its name beside the main file. */
  String fileName() {
    return fileName;
  }

  String option() {
    return option;
  }

  String variable() {
    return variable;
  }
}
