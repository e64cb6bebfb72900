package io.nanomq.packet;

import java.util.Locale;

/** What a client wants to do with a topic. */
public enum AccessAction {
  PUBLISH("2"),
  SUBSCRIBE("1");

  private final String code;

  AccessAction(String code) {
    this.code = code;
  }

  /** As rules spell it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As back ends of NanoMQ and EMQX are told, {@code %A}. */
  public String code() {
    return code;
  }
}
