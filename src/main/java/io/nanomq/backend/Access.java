package io.nanomq.backend;

/** What a client wants to do to a topic. */
public enum Access {
  SUBSCRIBE("1"),
  PUBLISH("2");

  private final String code;

  Access(String code) {
    this.code = code;
  }

  /** As back ends of NanoMQ and EMQX are told, {@code %A}. */
  public String code() {
    return code;
  }
}
