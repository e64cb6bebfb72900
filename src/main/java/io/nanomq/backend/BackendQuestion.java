package io.nanomq.backend;

import io.nanomq.packet.AccessAction;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a back end is asked.
 *
 * @param client who wants something
 * @param password {@code %P}; null = none, as for all but a CONNECT
 * @param access {@code %A}; null for a CONNECT
 * @param topic {@code %t}, name or filter; empty for a CONNECT
 * @param from whose question it is, by address or client: these take turns
 * @param isGone whether nobody waits for the answer any more; any thread asks
 */
public record BackendQuestion(
    ClientFacts client,
    byte @Nullable [] password,
    @Nullable AccessAction access,
    String topic,
    Object from,
    BooleanSupplier isGone) {

  /** Of a CONNECT. */
  public static BackendQuestion login(
      ClientFacts client, byte @Nullable [] password, Object from, BooleanSupplier isGone) {
    return new BackendQuestion(client, password, null, "", from, isGone);
  }

  /** Of a PUBLISH or a SUBSCRIBE. */
  public static BackendQuestion topic(
      ClientFacts client, AccessAction access, String topic, Object from, BooleanSupplier isGone) {
    return new BackendQuestion(client, null, access, topic, from, isGone);
  }

  /** Without the password, since records end up in logs. */
  @Override
  public String toString() {
    return "Question[" + client + " " + access + " " + topic + "]";
  }
}
