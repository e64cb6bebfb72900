package io.nanomq.authn;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.ReasonCode;
import io.nanomq.packet.Connect;
import io.nanomq.packet.ConnectProperties;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class AuthChainTest {
  private final List<String> asked = new ArrayList<>();
  private final List<Verdict> answers = new ArrayList<>();

  private record Peer(
      String caller,
      String listener,
      String address,
      int port,
      X509Certificate certificate,
      boolean isGone)
      implements Authenticator.Peer {}

  private record Link(String name, List<String> asked, Function<Login, Verdict> says)
      implements AuthLink {
    @Override
    public void ask(Login login, Consumer<Verdict> answer) {
      asked.add(name);
      answer.accept(says.apply(login));
    }

    @Override
    public boolean holds(ClientIdentity identity) {
      return true;
    }
  }

  private Link link(String name, Verdict verdict) {
    return new Link(name, asked, login -> verdict);
  }

  private static Verdict allow(String link) {
    return Verdict.allow(ClientIdentity.of("ann", link, "tcp"));
  }

  private Verdict ask(boolean allowAnonymous, AuthLink... links) {
    answers.clear();
    asked.clear();
    Connect connect =
        new Connect(4, "c", true, 0, "ann", new byte[1], null, ConnectProperties.NONE);
    var login = new Login(connect, new Peer("10.0.0.1", "tcp", "10.0.0.1", 1883, null, false));
    new AuthChain(
            List.of(links), List.of(links), allowAnonymous, new PasswordGuard(Clock.systemUTC()))
        .ask(login, answers::add);
    assertThat(answers).hasSize(1);
    return answers.get(0);
  }

  @Test
  void theFirstThatDoesNotPassDecides() {
    Verdict verdict = ask(false, link("a", Verdict.PASS), link("b", allow("b")), link("c", null));
    assertThat(verdict.isAllowed()).isTrue();
    assertThat(verdict.link()).isEqualTo("b");
    assertThat(asked).containsExactly("a", "b");
    Verdict denied =
        ask(true, link("a", Verdict.deny(ReasonCode.NOT_AUTHORIZED, "a")), link("b", allow("b")));
    assertThat(denied.reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    assertThat(asked).containsExactly("a");
  }

  @Test
  void whereAllPassTheSwitchDecides() {
    assertThat(ask(true, link("a", Verdict.PASS)).isAllowed()).isTrue();
    assertThat(ask(false, link("a", Verdict.PASS)).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    assertThat(ask(true).identity().isProven()).isFalse();
  }

  @Test
  void aLinkThatFailsLetsNobodyInAndAsksNobodyElse() {
    Link broken =
        new Link(
            "broken",
            asked,
            login -> {
              throw new IllegalStateException("broken");
            });
    Verdict verdict = ask(true, broken, link("b", allow("b")));
    assertThat(verdict.reason()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
    assertThat(asked).containsExactly("broken");
  }
}
