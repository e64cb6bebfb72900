package io.nanomq.authn;

import io.nanomq.codec.ReasonCode;
import java.util.List;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Links in order: the first that does not pass decides, and at the end {@code allow_anonymous}
 * does. How fast passwords can be guessed is bounded for the whole chain ({@link PasswordGuard}).
 * Immutable.
 */
final class AuthChain {
  /** Who refuses when passwords are guessed. */
  static final String GUARD = "guard";

  /** Who refuses an authentication method that no link knows. */
  static final String METHOD = "method";

  private static final Logger LOG = Logger.getLogger(AuthChain.class);

  private final List<AuthLink> links;
  private final List<AuthLink> enhanced;
  private final boolean allowAnonymous;
  private final PasswordGuard guard;

  /**
   * @param links asked by user name and password
   * @param enhanced asked where the client names an authentication method
   */
  AuthChain(
      List<AuthLink> links, List<AuthLink> enhanced, boolean allowAnonymous, PasswordGuard guard) {
    this.links = List.copyOf(links);
    this.enhanced = List.copyOf(enhanced);
    this.allowAnonymous = allowAnonymous;
    this.guard = guard;
  }

  /**
   * Whether anybody is asked.
   *
   * @param method authentication method that the client names, null = none
   */
  boolean asks(@Nullable String method) {
    return !(method == null ? links : enhanced).isEmpty();
  }

  void ask(Login login, Consumer<Verdict> answer) {
    PasswordGuard.Attempt attempt = login.attempt();
    String method = login.method();
    if (method != null) {
      List<AuthLink> speaking = enhanced.stream().filter(link -> link.speaks(method)).toList();
      if (speaking.isEmpty()) {
        answer.accept(Verdict.deny(ReasonCode.BAD_AUTHENTICATION_METHOD, METHOD));
      } else {
        // One that is asked for by its name has the last word.
        ask(speaking.get(0), login, answer);
      }
    } else if (links.isEmpty() || attempt == null) {
      ask(0, login, answer);
    } else if (guard.refuses(attempt)) {
      answer.accept(Verdict.deny(ReasonCode.CONNECTION_RATE_EXCEEDED, GUARD));
    } else {
      ask(0, login, verdict -> answer.accept(counted(verdict, attempt, login)));
    }
  }

  private Verdict counted(Verdict verdict, PasswordGuard.Attempt attempt, Login login) {
    ReasonCode reason = verdict.reason();
    if (verdict.isAllowed()) {
      guard.succeeded(attempt);
    } else if (reason == ReasonCode.NOT_AUTHORIZED
        || reason == ReasonCode.BAD_USER_NAME_OR_PASSWORD) {
      guard.failed(attempt, login.peer().caller());
    }
    return verdict;
  }

  private void ask(int index, Login login, Consumer<Verdict> answer) {
    if (index == links.size()) {
      answer.accept(atTheEnd(login));
      return;
    }
    ask(
        links.get(index),
        login,
        verdict -> {
          if (verdict.isPass()) {
            ask(index + 1, login, answer);
          } else {
            answer.accept(verdict);
          }
        });
  }

  private static void ask(AuthLink link, Login login, Consumer<Verdict> answer) {
    try {
      link.ask(login, answer);
    } catch (RuntimeException failure) {
      LOG.errorf(failure, "The link %s of authentication failed", link.name());
      answer.accept(Verdict.deny(ReasonCode.SERVER_UNAVAILABLE, link.name()));
    }
  }

  private Verdict atTheEnd(Login login) {
    String user = login.connect().username();
    if (allowAnonymous) {
      return Verdict.allow(ClientIdentity.anonymous(user, login.peer().listener()));
    }
    boolean isMissing = user == null || login.connect().password() == null;
    ReasonCode reason = isMissing ? ReasonCode.BAD_USER_NAME_OR_PASSWORD : login.wrongCredentials();
    return Verdict.deny(reason, ClientIdentity.ANONYMOUS);
  }

  /** As {@link Authenticator#holds}. */
  boolean holds(ClientIdentity identity) {
    for (AuthLink link : enhanced) {
      if (link.name().equals(identity.link())) {
        return link.holds(identity);
      }
    }
    // The link that let it in is gone, or there was none: it is as good as anybody.
    return allowAnonymous;
  }
}
