package io.nanomq.packet;

import org.jspecify.annotations.Nullable;

/**
 * Authentication Method and Data, MQTT 5.0 section 4.12: of CONNECT or of AUTH.
 *
 * @param data null where there is none
 */
public record EnhancedAuth(String method, byte @Nullable [] data) {

  /** What is kept once the client is let in. */
  public EnhancedAuth withoutData() {
    return data == null ? this : new EnhancedAuth(method, null);
  }

  /** Without the data, which may be a secret. */
  @Override
  public String toString() {
    return "EnhancedAuth[" + method + "]";
  }
}
