package io.nanomq.authn;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.backend.Backends;
import io.nanomq.codec.ReasonCode;
import io.nanomq.config.Copy;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.model.AuthConf;
import io.nanomq.config.model.ChainConf;
import io.nanomq.loop.BlockingWork;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import io.nanomq.outgoing.Outgoing;
import io.nanomq.packet.Connect;
import io.nanomq.packet.ConnectProperties;
import io.nanomq.tls.PemSource;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthChainsTest {
  private static final String BCRYPT =
      "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

  private final List<BlockingWork.Work> later = new ArrayList<>();
  private final List<Verdict> answers = new ArrayList<>();

  private static AuthConf users(boolean anonymous, Map<String, String> users) {
    AuthConf d = NanomqConf.defaults().auth();
    return Copy.of(NanomqConf.defaults().auth(), "allowAnonymous", anonymous, "users", users);
  }

  private static Connect connect(int version, String user, String password) {
    byte[] secret = password == null ? null : password.getBytes(StandardCharsets.UTF_8);
    return new Connect(version, "c", true, 0, user, secret, null, ConnectProperties.NONE);
  }

  /** The other end of a connection that is there. */
  private record Here(String caller, String listener) implements Authenticator.Peer {
    @Override
    public String address() {
      return caller;
    }

    @Override
    public int port() {
      return 1883;
    }

    @Override
    public X509Certificate certificate() {
      return null;
    }

    @Override
    public boolean isGone() {
      return false;
    }
  }

  private ReasonCode ask(AuthConf conf, Connect connect) {
    return ask(authenticator(conf), "10.0.0.1", connect);
  }

  private AuthChains authenticator(AuthConf conf) {
    return chains(conf, (from, work) -> later.add(work), Clock.systemUTC());
  }

  private static AuthChains chains(
      AuthConf conf, BiConsumer<Object, BlockingWork.Work> worker, Clock clock) {
    Budget budget = new Budget(Purpose.VERDICTS, 1 << 20);
    var backends = new Backends(budget, new Outgoing(PemSource.DISK, List::of));
    return new AuthChains(
        conf, new AuthChains.Means(worker, clock, backends, PemSource.DISK, () -> {}));
  }

  private ReasonCode ask(AuthChains authenticator, String from, Connect connect) {
    return verdict(authenticator, new Here(from, "tcp"), connect).reason();
  }

  private Verdict verdict(AuthChains authenticator, Here peer, Connect connect) {
    answers.clear();
    authenticator.authenticate(new Login(connect, peer), answers::add);
    later.forEach(BlockingWork.Work::run);
    later.clear();
    assertThat(answers).as("exactly one answer").hasSize(1);
    return answers.get(0);
  }

  private static Login login(String user, String password) {
    return new Login(connect(5, user, password), new Here("10.0.0.1", "tcp"));
  }

  private List<ReasonCode> reasons() {
    return answers.stream().map(Verdict::reason).toList();
  }

  @Test
  void aClockThatIsSetAheadForgetsNoFailures() {
    Instant[] now = {Instant.EPOCH};
    InstantSource source = () -> now[0];
    AuthChains chains =
        chains(
            users(false, Map.of("a", "b")),
            (from, work) -> later.add(work),
            source.withZone(ZoneOffset.UTC));
    for (int i = 0; i < PasswordGuard.MAX_FOR_ONE_USER; i++) {
      ask(chains, "10.0.0.1", connect(5, "a", "wrong"));
    }
    ReasonCode refused = ask(chains, "10.0.0.1", connect(5, "a", "wrong"));
    assertThat(refused).isEqualTo(ReasonCode.CONNECTION_RATE_EXCEEDED);
    now[0] = now[0].plusSeconds(3_600);
    assertThat(ask(chains, "10.0.0.1", connect(5, "a", "wrong"))).isEqualTo(refused);
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
    authenticator(conf).authenticate(login("ann", "U*U"), answers::add);
    assertThat(answers).isEmpty();
    later.remove(0).run();
    assertThat(reasons()).containsExactly(ReasonCode.SUCCESS);
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
    var authenticator = chains(conf, full, Clock.systemUTC());
    assertThat(ask(authenticator, "10.0.0.1", connect(5, "ann", "U*U")))
        .isEqualTo(ReasonCode.SERVER_BUSY);
    assertThat(ask(conf, connect(5, "bad", "x")).isError()).isTrue();
  }

  /** How long an answer takes would tell who is a user. */
  @Test
  void unknownUsersAndThoseWithoutAHashCostAHash() {
    AuthConf conf = users(false, Map.of("ann", BCRYPT, "bob", "plain"));
    for (String user : List.of("ann", "bob", "nobody")) {
      authenticator(conf).authenticate(login(user, "plain"), answers::add);
    }
    assertThat(answers).isEmpty();
    assertThat(later).hasSize(3);
    later.forEach(BlockingWork.Work::run);
    assertThat(reasons())
        .containsExactly(
            ReasonCode.BAD_USER_NAME_OR_PASSWORD,
            ReasonCode.SUCCESS,
            ReasonCode.BAD_USER_NAME_OR_PASSWORD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret", BCRYPT})
  void whoGuessesIsRefusedAndWhoKnowsIsNotLockedOut(String stored) {
    String right = stored.equals(BCRYPT) ? "U*U" : stored;
    AuthChains authenticator = authenticator(users(false, Map.of("ann", stored)));
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
    AuthChains authenticator = authenticator(users(false, Map.of("ann", BCRYPT)));
    int guesses = PasswordGuard.MAX_FOR_ONE_USER + 5;
    for (int i = 0; i < guesses; i++) {
      authenticator.authenticate(login("ann", "no"), answers::add);
    }
    assertThat(later).hasSize(guesses);
    later.forEach(BlockingWork.Work::run);
    assertThat(answers).hasSize(guesses);
    assertThat(reasons())
        .filteredOn(answer -> answer == ReasonCode.CONNECTION_RATE_EXCEEDED)
        .hasSize(5);
  }

  private static AuthConf chained(
      AuthConf conf, List<String> links, Map<String, ChainConf.OfListener> listeners) {
    return Copy.of(conf, "chain.links", links, "chain.listeners", listeners);
  }

  @Test
  void whoIsLetInIsKnownByNameOrNot() {
    Here peer = new Here("10.0.0.1", "tcp");
    AuthConf closed = users(false, Map.of("ann", "secret"));
    ClientIdentity ann =
        verdict(authenticator(closed), peer, connect(5, "ann", "secret")).identity();
    assertThat(ann.user()).isEqualTo("ann");
    assertThat(ann.isProven()).isTrue();
    assertThat(ann.superuser()).isFalse();
    assertThat(ann.toString()).doesNotContain("secret");
    AuthConf open = users(true, Map.of());
    ClientIdentity claims = verdict(authenticator(open), peer, connect(5, "ann", "x")).identity();
    assertThat(claims.user()).isEqualTo("ann");
    assertThat(claims.isProven()).isFalse();
    assertThat(claims.isSameUser(ann)).isFalse();
  }

  /** Where the link is asked for, a known user has to have the right password. */
  @Test
  void aChosenLinkIsAskedAlthoughAnybodyMayComeIn() {
    AuthConf conf = chained(users(true, Map.of("ann", "secret")), List.of("users"), Map.of());
    assertThat(ask(conf, connect(5, "ann", "secret"))).isEqualTo(ReasonCode.SUCCESS);
    assertThat(ask(conf, connect(5, "ann", "wrong")).isError()).isTrue();
    assertThat(ask(conf, connect(5, "bob", "any"))).isEqualTo(ReasonCode.SUCCESS);
    assertThat(ask(conf, connect(5, null, null))).isEqualTo(ReasonCode.SUCCESS);
  }

  @Test
  void aListenerHasItsOwnChainOrThatOfItsKind() {
    AuthConf conf =
        chained(
            users(false, Map.of("ann", "secret")),
            List.of(),
            Map.of(
                "tcp", new ChainConf.OfListener(List.of(), true),
                "ws.inner", new ChainConf.OfListener(List.of("users"), true)));
    AuthChains chains = authenticator(conf);
    Connect anonymous = connect(5, null, null);
    Connect wrong = connect(5, "ann", "wrong");
    assertThat(verdict(chains, new Here("1.1.1.1", "tcp"), wrong).isAllowed()).isTrue();
    assertThat(verdict(chains, new Here("1.1.1.1", "tcp.2"), anonymous).isAllowed()).isTrue();
    assertThat(verdict(chains, new Here("1.1.1.1", "ws"), anonymous).isAllowed()).isFalse();
    assertThat(verdict(chains, new Here("1.1.1.1", "ws.inner"), anonymous).isAllowed()).isTrue();
    assertThat(verdict(chains, new Here("1.1.1.1", "ws.inner"), wrong).isAllowed()).isFalse();
    assertThat(chains.mayTakeTime("ssl", null)).isTrue();
    assertThat(chains.mayTakeTime("tcp", null)).as("everybody is let in").isFalse();
    assertThat(chains.mayTakeTime("tcp", "SCRAM-SHA-256")).isTrue();
  }

  @Test
  void whoMayStayIsToldFromWhoMayNoLonger() {
    Here peer = new Here("10.0.0.1", "tcp");
    AuthChains chains = authenticator(users(false, Map.of("ann", "one", "bob", "two")));
    ClientIdentity ann = verdict(chains, peer, connect(5, "ann", "one")).identity();
    ClientIdentity bob = verdict(chains, peer, connect(5, "bob", "two")).identity();
    chains.apply(users(false, Map.of("ann", "changed", "bob", "two", "new", "x")));
    assertThat(chains.holds(ann)).isFalse();
    assertThat(chains.holds(bob)).isTrue();
    chains.apply(users(false, Map.of("new", "x")));
    assertThat(chains.holds(bob)).isFalse();
    chains.apply(users(true, Map.of()));
    assertThat(chains.holds(bob)).as("anybody may come in").isTrue();
    ClientIdentity anybody = verdict(chains, peer, connect(5, null, null)).identity();
    assertThat(chains.holds(anybody)).isTrue();
    chains.apply(users(false, Map.of("new", "x")));
    assertThat(chains.holds(anybody)).isFalse();
  }

  @Test
  void whatHasAnEndHoldsUntilThen() {
    AuthChains chains =
        chains(
            users(true, Map.of()),
            (from, work) -> later.add(work),
            Clock.fixed(Instant.ofEpochMilli(1_000), ZoneOffset.UTC));
    ClientIdentity ann = ClientIdentity.of("ann", "test", "tcp");
    assertThat(chains.millisLeft(ann)).isEqualTo(ClientIdentity.FOREVER);
    assertThat(chains.millisLeft(ann.withUntil(1_700))).isEqualTo(700);
    assertThat(chains.holds(ann.withUntil(1_001))).isTrue();
    assertThat(chains.millisLeft(ann.withUntil(900))).isZero();
    assertThat(chains.holds(ann.withUntil(1_000))).isFalse();
  }
}
