package io.nanomq.authn;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One link of a chain: knows some clients, and has no opinion on the others. Any thread asks. */
public interface AuthLink {
  /** As in the configuration, in metrics and in logs. */
  String name();

  /**
   * Whether it knows that authentication method of MQTT 5.0 section 4.12; null = user name and
   * password.
   */
  default boolean speaks(@Nullable String method) {
    return method == null;
  }

  /**
   * Decides, at once or later and on any thread; exactly one answer is given. No thread and no lock
   * is held until then.
   */
  void ask(Login login, Consumer<Verdict> answer);

  /**
   * Whether the link would let in again whom it, or the link of that name in an earlier
   * configuration, has let in, as far as it can tell without asking anybody.
   */
  boolean holds(ClientIdentity identity);
}
