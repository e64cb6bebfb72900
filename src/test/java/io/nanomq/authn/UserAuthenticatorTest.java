package io.nanomq.authn;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.ReasonCode;
import io.nanomq.config.model.AuthConf;
import io.nanomq.loop.BlockingWork;
import io.nanomq.packet.Connect;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserAuthenticatorTest {
  private static final String BCRYPT =
      "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

  private final List<BlockingWork.Work> later = new ArrayList<>();
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

  /** The other end of a connection that is there. */
  private record Here(String caller) implements Authenticator.Peer {
    @Override
    public boolean isGone() {
      return false;
    }
  }

  private ReasonCode ask(AuthConf conf, Connect connect) {
    return ask(authenticator(conf), "10.0.0.1", connect);
  }

  private UserAuthenticator authenticator(AuthConf conf) {
    return new UserAuthenticator(() -> conf, (from, work) -> later.add(work), Clock.systemUTC());
  }

  private ReasonCode ask(UserAuthenticator authenticator, String from, Connect connect) {
    answers.clear();
    authenticator.authenticate(connect, new Here(from), answers::add);
    later.forEach(BlockingWork.Work::run);
    later.clear();
    assertThat(answers).as("exactly one answer").hasSize(1);
    return answers.get(0);
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
    authenticator(conf).authenticate(connect(5, "ann", "U*U"), new Here("10.0.0.1"), answers::add);
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
    BiConsumer<Object, BlockingWork.Work> full = (from, work) -> work.refused();
    var authenticator = new UserAuthenticator(() -> conf, full, Clock.systemUTC());
    assertThat(ask(authenticator, "10.0.0.1", connect(5, "ann", "U*U")))
        .isEqualTo(ReasonCode.SERVER_BUSY);
    assertThat(ask(conf, connect(5, "bad", "x")).isError()).isTrue();
  }

  /** How long an answer takes would tell who is a user. */
  @Test
  void unknownUsersAndThoseWithoutAHashCostAHash() {
    AuthConf conf = users(false, Map.of("ann", BCRYPT, "bob", "plain"));
    for (String user : List.of("ann", "bob", "nobody")) {
      authenticator(conf)
          .authenticate(connect(5, user, "plain"), new Here("10.0.0.1"), answers::add);
    }
    assertThat(answers).isEmpty();
    assertThat(later).hasSize(3);
    later.forEach(BlockingWork.Work::run);
    assertThat(answers)
        .containsExactly(
            ReasonCode.BAD_USER_NAME_OR_PASSWORD,
            ReasonCode.SUCCESS,
            ReasonCode.BAD_USER_NAME_OR_PASSWORD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret", BCRYPT})
  void whoGuessesIsRefusedAndWhoKnowsIsNotLockedOut(String stored) {
    String right = stored.equals(BCRYPT) ? "U*U" : stored;
    UserAuthenticator authenticator = authenticator(users(false, Map.of("ann", stored)));
    for (int i = 0; i < PasswordGuard.MAX_FOR_ONE_USER; i++) {
      assertThat(ask(authenticator, "10.0.0.1", connect(5, "ann", "wrong" + i)))
          .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }
    assertThat(ask(authenticator, "10.0.0.1", connect(5, "ann", right)))
        .isEqualTo(ReasonCode.CONNECTION_RATE_EXCEEDED);
    assertThat(ask(authenticator, "10.0.0.2", connect(5, "ann", right)))
        .isEqualTo(ReasonCode.SUCCESS);
  }

  /** Otherwise all that come at once would be tried. */
  @Test
  void guessesThatWaitTogetherAreBoundedToo() {
    UserAuthenticator authenticator = authenticator(users(false, Map.of("ann", BCRYPT)));
    int guesses = PasswordGuard.MAX_FOR_ONE_USER + 5;
    for (int i = 0; i < guesses; i++) {
      authenticator.authenticate(connect(5, "ann", "no"), new Here("10.0.0.1"), answers::add);
    }
    assertThat(later).hasSize(guesses);
    later.forEach(BlockingWork.Work::run);
    assertThat(answers).hasSize(guesses);
    assertThat(answers)
        .filteredOn(answer -> answer == ReasonCode.CONNECTION_RATE_EXCEEDED)
        .hasSize(5);
  }
}
