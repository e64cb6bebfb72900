package io.nanomq.backend;

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
public record Question(
    ClientFacts client,
    byte @Nullable [] password,
    @Nullable Access access,
    String topic,
    Object from,
    BooleanSupplier isGone) {

  /** Of a CONNECT. */
  public static Question login(
      ClientFacts client, byte @Nullable [] password, Object from, BooleanSupplier isGone) {
    return new Question(client, password, null, "", from, isGone);
  }

  /** Of a PUBLISH or a SUBSCRIBE. */
  public static Question topic(
      ClientFacts client, Access access, String topic, Object from, BooleanSupplier isGone) {
    return new Question(client, null, access, topic, from, isGone);
  }

  /** Without the password, since records end up in logs. */
  @Override
  public String toString() {
    return "Question[" + client + " " + access + " " + topic + "]";
  }
}
