package io.nanomq.authn;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.ReasonCode;
import io.nanomq.config.AuthConf;
import io.nanomq.packet.Connect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserAuthenticatorTest {
  private static final String BCRYPT =
      "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

  private final List<Runnable> later = new ArrayList<>();
  private final List<ReasonCode> answers = new ArrayList<>();

  private static AuthConf users(boolean anonymous, Map<String, String> users) {
    AuthConf d = AuthConf.defaults();
    return new AuthConf(
        anonymous, users, d.noMatchAllows(), d.disconnectOnDeny(), d.rules(), d.http());
  }

  private static Connect connect(int version, String user, String password) {
    byte[] secret = password == null ? null : password.getBytes(StandardCharsets.UTF_8);
    return new Connect(
        version, "c", true, 0, user, secret, null, 0, 65_535, 0, 0, false, true, null);
  }

  private ReasonCode ask(AuthConf conf, Executor worker, Connect connect) {
    answers.clear();
    new UserAuthenticator(() -> conf, worker).authenticate(connect, answers::add);
    later.forEach(Runnable::run);
    later.clear();
    assertThat(answers).as("exactly one answer").hasSize(1);
    return answers.get(0);
  }

  private ReasonCode ask(AuthConf conf, Connect connect) {
    return ask(conf, later::add, connect);
  }

  @Test
  void whereEverybodyIsLetInNobodyIsAsked() {
    assertThat(ask(users(true, Map.of()), connect(4, null, null))).isEqualTo(ReasonCode.SUCCESS);
    assertThat(ask(users(true, Map.of("a", "b")), connect(5, "a", "wrong")))
        .isEqualTo(ReasonCode.SUCCESS);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5})
  void whereNobodyIsKnownNobodyIsLetIn(int version) {
    AuthConf nobody = users(false, Map.of());
    assertThat(ask(nobody, connect(version, null, null)).isError()).isTrue();
    assertThat(ask(nobody, connect(version, "", "")).isError()).isTrue();
    assertThat(ask(nobody, connect(version, "a", "b")).isError()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret", BCRYPT})
  void oneNeedsTheNameAndThePasswordOfOneUser(String stored) {
    AuthConf conf = users(false, Map.of("ann", stored, "bob", "other"));
    String right = stored.equals(BCRYPT) ? "U*U" : stored;
    assertThat(ask(conf, connect(5, "ann", right))).isEqualTo(ReasonCode.SUCCESS);
    assertThat(ask(conf, connect(5, "bob", right)).isError()).isTrue();
    assertThat(ask(conf, connect(5, "Ann", right)).isError()).isTrue();
    assertThat(ask(conf, connect(5, "ann", null)).isError()).isTrue();
    assertThat(ask(conf, connect(5, null, right)).isError()).isTrue();
    assertThat(ask(conf, connect(5, "ann", stored + "x")).isError()).isTrue();
    assertThat(ask(conf, connect(5, "ann", "")).isError()).isTrue();
  }

  @Test
  void aHashIsNeitherVerifiedOnTheCallersThreadNorAPasswordItself() {
    AuthConf conf = users(false, Map.of("ann", BCRYPT));
    new UserAuthenticator(() -> conf, later::add)
        .authenticate(connect(5, "ann", "U*U"), answers::add);
    assertThat(answers).isEmpty();
    later.remove(0).run();
    assertThat(answers).containsExactly(ReasonCode.SUCCESS);
    assertThat(ask(conf, connect(5, "ann", BCRYPT)).isError()).isTrue();
  }

  /** Return codes 4 and 5 as NanoMQ gives them; reason code 0x86 in MQTT 5. */
  @Test
  void theAnswerSaysWhatWasWrongAsFarAsItMay() {
    AuthConf conf = users(false, Map.of("ann", "secret"));
    assertThat(ask(conf, connect(4, "ann", "wrong"))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    assertThat(ask(conf, connect(4, "nobody", "wrong"))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    assertThat(ask(conf, connect(4, null, null))).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    assertThat(ask(conf, connect(5, "ann", "wrong")))
        .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
  }

  @Test
  void whatCannotBeVerifiedNowOrAtAllIsARefusal() {
    AuthConf conf = users(false, Map.of("ann", BCRYPT, "bad", "$6$salt"));
    Executor full =
        task -> {
          throw new RejectedExecutionException();
        };
    assertThat(ask(conf, full, connect(5, "ann", "U*U"))).isEqualTo(ReasonCode.SERVER_BUSY);
    assertThat(ask(conf, connect(5, "bad", "x")).isError()).isTrue();
  }
}
