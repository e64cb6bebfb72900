package io.nanomq.authn;

import io.nanomq.backend.HttpBackend;
import io.nanomq.codec.ReasonCode;
import java.util.function.Consumer;

/**
 * A web server that is asked about everybody. Immutable.
 *
 * @param ignoreErrors whether the next link is asked where the server is away
 */
record HttpLink(HttpBackend backend, boolean ignoreErrors) implements AuthLink {
  static final String NAME = "http";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void ask(Login login, Consumer<Verdict> answer) {
    backend.ask(
        login.question(),
        said ->
            answer.accept(
                switch (said) {
                  case ALLOW ->
                      Verdict.allow(
                          ClientIdentity.of(
                              login.connect().username(), NAME, login.peer().listener()));
                  case DENY -> Verdict.deny(ReasonCode.NOT_AUTHORIZED, NAME);
                  case AWAY ->
                      ignoreErrors
                          ? Verdict.PASS
                          : Verdict.deny(ReasonCode.SERVER_UNAVAILABLE, NAME);
                }));
  }

  /** What the server would say now shows when the client comes the next time. */
  @Override
  public boolean holds(ClientIdentity identity) {
    return true;
  }
}
