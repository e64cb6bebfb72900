package io.nanomq.authn;

import java.util.function.Consumer;

/** One link of a chain: knows some clients, and has no opinion on the others. Any thread asks. */
public interface AuthLink {
  /** As in the configuration, in metrics and in logs. */
  String name();

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
