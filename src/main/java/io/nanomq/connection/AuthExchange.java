package io.nanomq.connection;

import io.nanomq.authn.Verdict;
import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.Connect;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An enhanced authentication that is under way, MQTT 5.0 section 4.12: of a CONNECT, or of a client
 * that shows anew who it is.
 */
@LoopConfined
final class AuthExchange {
  private final String method;
  private final Runnable release;
  private final Consumer<Verdict> then;
  private Verdict.@Nullable Step next;

  /**
   * @param release gives back what was taken for the CONNECT while it waits; once
   * @param then told how it ends
   */
  AuthExchange(Connect connect, Runnable release, Consumer<Verdict> then) {
    String named = connect.authenticationMethod();
    this.method = named == null ? "" : named;
    this.release = release;
    this.then = then;
  }

  String method() {
    return method;
  }

  /** The client has to answer, which goes to {@code step}. */
  void awaits(Verdict.Step step) {
    next = step;
  }

  /** What the client's answer goes to, once; null where none is awaited. */
  Verdict.@Nullable Step takeNext() {
    Verdict.Step step = next;
    next = null;
    return step;
  }

  void end(Verdict verdict) {
    release.run();
    then.accept(verdict);
  }

  /** An answer that comes after the connection is over. */
  void endUnheard() {
    release.run();
  }

  /** The connection is over: where the client's answer was awaited, nothing is any more. */
  static void abandon(@Nullable AuthExchange exchange) {
    if (exchange != null && exchange.takeNext() != null) {
      exchange.release.run();
    }
  }
}
