package io.nanomq.api.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.api.json.ResultCode;
import io.nanomq.authn.PasswordHash;
import io.nanomq.config.Confs;
import io.nanomq.config.Copy;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.control.access.ApiAccounts;
import io.nanomq.control.access.Role;
import io.nanomq.tls.JwtKeys;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerifierTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_795_370_086L);
  private static final String ISSUER = "jwtRS256.key.pub";
  private static final HttpServerConf CONF = NanomqConf.defaults().httpServer();
  private static KeyPair pair;
  private static JwtKeys keys;

  @BeforeAll
  static void makeKeys() throws Exception {
    pair = TestTokens.keyPair(2048);
    keys = new JwtKeys(ISSUER, (RSAPublicKey) pair.getPublic(), pair.getPrivate());
  }

  /** The cases of the reference, seconds of {@code exp} counted from now. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"iss\":\"jwtRS256.key.pub\"' | 3600  | 0",
        "'\"x\":1'                        | 3600  | 103",
        "'\"iss\":\"nanomq\"'           | 3600  | 103",
        "'\"iss\":\"jwtRS256.key.pub\"' |       | 116",
        "'\"iss\":\"jwtRS256.key.pub\"' | -3600 | 116",
        "'\"iss\":\"jwtRS256.key.pub\"' | -100  | 0",
        "'\"iss\":\"jwtRS256.key.pub\"' | -199  | 0",
        "'\"iss\":\"jwtRS256.key.pub\"' | -201  | 116",
        "'\"iss\":\"jwtRS256.key.pub\",\"bodyEncode\":\"0\"' | 3600 | 0",
        "'\"iss\":\"jwtRS256.key.pub\",\"aud\":\"any\"'      | 3600 | 0",
        "'\"iss\":\"jwtRS256.key.pub\",\"role\":\"viewer\"'  | 3600 | 0",
        "'\"iss\":\"jwtRS256.key.pub\",\"role\":null'      | 3600 | 103",
        "'\"iss\":\"jwtRS256.key.pub\",\"role\":\"\"'        | 3600 | 103",
        "'\"iss\":\"jwtRS256.key.pub\",\"role\":[\"admin\"]' | 3600 | 103",
        "'\"iss\":\"jwtRS256.key.pub\",\"account\":null'   | 3600 | 103",
        "'\"iss\":\"nanomq\"'           | -3600 | 103",
        "'\"iss\":\"nanomq\"'           |       | 103",
        "'\"iss\":[\"jwtRS256.key.pub\"]' | 3600 | 103"
      })
  void claims(String claims, Integer expiry, int code) throws Exception {
    String exp = expiry == null ? "" : ",\"exp\":" + (NOW.getEpochSecond() + expiry);

    assertThat(check(TestTokens.signed(TestTokens.RS256, "{" + claims + exp + "}", key())))
        .isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"soon\"", "-1", "null", "{}", "99999999999999999999999999"})
  void anExpiryThatIsNoTimeIsNoneOrWrong(String exp) throws Exception {
    String claims = "{\"iss\":\"" + ISSUER + "\",\"exp\":" + exp + "}";

    assertThat(check(TestTokens.signed(TestTokens.RS256, claims, key()))).isIn(103, 116);
  }

  @Test
  void anotherKeyIsRefused() throws Exception {
    KeyPair other = TestTokens.keyPair(2048);

    assertThat(check(TestTokens.signed(TestTokens.RS256, good(), other.getPrivate())))
        .isEqualTo(103);
  }

  /** NanoMQ takes these: it looks at the signature only. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "HS256", "RS384", "RS512", "PS256", "ES256", "rs256", ""})
  void aHeaderThatNamesAnotherAlgorithmIsRefused(String algorithm) throws Exception {
    String header = "{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}";

    assertThat(check(TestTokens.signed(header, good(), key()))).isEqualTo(103);
    assertThat(check(TestTokens.encoded(header) + "." + TestTokens.encoded(good()) + "."))
        .isEqualTo(103);
  }

  @Test
  void anotherAlgorithmIsRefusedEvenWhereItsSignatureIsRight() throws Exception {
    assertThat(check(TestTokens.signed("{\"alg\":\"RS512\"}", good(), key(), "SHA512withRSA")))
        .isEqualTo(103);
    byte[] der = pair.getPublic().getEncoded();
    byte[] pem = TestTokens.pem("PUBLIC KEY", der).getBytes(StandardCharsets.US_ASCII);
    for (byte[] secret : new byte[][] {der, pem}) {
      assertThat(check(TestTokens.hs256("{\"alg\":\"HS256\"}", good(), secret))).isEqualTo(103);
    }
  }

  @Test
  void headersCannotBringAKeyOrAskForWhatNobodyKnows() throws Exception {
    KeyPair own = TestTokens.keyPair(2048);
    String brought =
        "{\"alg\":\"RS256\",\"jku\":\"http://127.0.0.1:1/\",\"x5u\":\"http://127.0.0.1:1/\"}";

    assertThat(check(TestTokens.signed(brought, good(), own.getPrivate()))).isEqualTo(103);
    assertThat(
            check(TestTokens.signed("{\"alg\":\"RS256\",\"crit\":[\"x\"],\"x\":1}", good(), key())))
        .isEqualTo(103);
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "..", "a.b.c", "a.b", "a.b.c.d.e", "....", "\u0000.\u0000.\u0000"})
  void garbageIsRefused(String token) {
    assertThat(check(token)).isEqualTo(103);
  }

  @Test
  void aDamagedTokenIsRefusedAndNothingThrows() throws Exception {
    String token = TestTokens.signed(TestTokens.RS256, good(), key());
    // The last character has bits that say nothing; it is left alone.
    Random random = new Random(4711);
    for (int i = 0; i < 500; i++) {
      StringBuilder damaged = new StringBuilder(token);
      int at = random.nextInt(token.length() - 1);
      damaged.setCharAt(at, damaged.charAt(at) == 'A' ? 'B' : 'A');
      assertThat(check(damaged.toString())).as("character %d", at).isEqualTo(103);
    }
  }

  @Test
  void aTokenFromHereIsGoodForItsTimeAndTellsWho() {
    String token = LoginResource.token("admin", ISSUER, key(), NOW, 60);

    ApiLogin login = login(token, NOW);
    assertThat(login.isKnown()).isTrue();
    assertThat(login.name()).isEqualTo("admin");
    assertThat(login.until()).isEqualTo(NOW.getEpochSecond() + 60 + TokenVerifier.LEEWAY_SECONDS);
    assertThat(login(token, NOW.plusSeconds(60 + 199)).isKnown()).isTrue();
    assertThat(login(token, NOW.plusSeconds(60 + 201)).verdict())
        .isEqualTo(ResultCode.TOKEN_EXPIRED);
  }

  /** Whoever changes a password while it is checked shuts out what the old one opens. */
  @Test
  void aTokenIsMarkedWithThePasswordThatWasVerified() {
    HttpServerConf changed = Copy.of(CONF, "password", "another");
    var stored = new AtomicReference<>(accounts("old"));
    var conf = new AtomicReference<>(CONF);
    var passwords = new PasswordProvider(conf::get, stored::get, Clock.fixed(NOW, ZoneOffset.UTC));
    var verifier =
        new TokenVerifier(
            () -> Optional.of(keys), Clock.fixed(NOW, ZoneOffset.UTC), stored::get, conf::get);
    for (String pair : List.of("vera:old", "admin:public")) {
      stored.set(accounts("old"));
      conf.set(CONF);
      ApiLogin login = Logins.byPassword(pair, passwords, CONF);
      String early = LoginResource.token(login, keys, key(), NOW, 60);
      assertThat(Logins.of("Bearer " + early, false, CONF, verifier).isKnown()).isTrue();
      stored.set(accounts("new"));
      conf.set(changed);
      String late = LoginResource.token(login, keys, key(), NOW, 60);
      assertThat(Logins.of("Bearer " + late, false, changed, verifier).isKnown()).isFalse();
    }
  }

  private static ApiAccounts accounts(String password) {
    String hash = PasswordHash.make(password);
    return new ApiAccounts(List.of(new ApiAccounts.User("vera", Role.VIEWER, hash)), List.of());
  }

  @ParameterizedTest
  @CsvSource({"199, 0", "201, 103"})
  void aTokenIsNotGoodBeforeItsTime(int secondsAhead, int code) throws Exception {
    String begin = ",\"nbf\":" + (NOW.getEpochSecond() + secondsAhead) + "}";
    String claims = good().replace("}", begin);

    assertThat(check(TestTokens.signed(TestTokens.RS256, claims, key()))).isEqualTo(code);
  }

  @Test
  void aTokenWithoutSubjectIsTheTokens() throws Exception {
    String token = TestTokens.signed(TestTokens.RS256, good(), key());

    assertThat(login(token, NOW).name()).isEqualTo("token");
  }

  @Test
  void aTokenOfTheAdministratorEndsWithItsPassword() throws Exception {
    HttpServerConf conf = NanomqConf.defaults().httpServer();
    String mark = AdministratorMark.of(conf, keys).orElseThrow();
    assertThat(isTaken(mark, keys, conf)).isTrue();
    assertThat(isTaken(mark, keys, administrator("admin", "another"))).isFalse();
    assertThat(isTaken(mark, keys, administrator("another", "public"))).isFalse();
    assertThat(isTaken(mark, keys, administrator("adminp", "ublic"))).isFalse();
    assertThat(isTaken("", keys, conf)).isFalse();
    // Who has no private key cannot tell.
    var reader = new JwtKeys(ISSUER, keys.publicKey(), null);
    assertThat(AdministratorMark.of(conf, reader)).isEmpty();
    assertThat(isTaken(mark, reader, conf)).isTrue();
  }

  private static HttpServerConf administrator(String name, String password) throws Exception {
    String text = "http_server.username=" + name + "\nhttp_server.password=" + password + "\n";
    return Confs.load(text).conf().httpServer();
  }

  private static boolean isTaken(String mark, JwtKeys held, HttpServerConf conf) throws Exception {
    String claims = good().replace("}", ",\"administrator\":\"" + mark + "\"}");
    String token = TestTokens.signed(TestTokens.RS256, claims, key());
    return login(token, NOW, held, conf).isKnown();
  }

  private static PrivateKey key() {
    return pair.getPrivate();
  }

  private static String good() {
    return "{\"iss\":\"" + ISSUER + "\",\"exp\":" + (NOW.getEpochSecond() + 3600) + "}";
  }

  private static int check(String token) {
    return login(token, NOW).verdict().code();
  }

  private static ApiLogin login(String token, Instant now) {
    return login(token, now, keys, NanomqConf.defaults().httpServer());
  }

  private static ApiLogin login(String token, Instant now, JwtKeys held, HttpServerConf conf) {
    var clock = Clock.fixed(now, ZoneOffset.UTC);
    var verifier = new TokenVerifier(() -> Optional.of(held), clock, () -> conf);
    return Logins.of("Bearer " + token, false, conf, verifier);
  }
}
