package io.nanomq.api.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.api.json.ResultCode;
import io.nanomq.config.Copy;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.config.model.HttpServerConf.AuthType;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiAuthenticationTest {
  private static final HttpServerConf CONF = NanomqConf.defaults().httpServer();
  private static final TokenVerifier NO_KEY =
      new TokenVerifier(Optional::empty, Clock.systemUTC(), () -> CONF);

  @Test
  void theConfiguredPairOpens() {
    assertThat(check(basic("admin:public"), CONF)).isEqualTo(ResultCode.SUCCEED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"basic", "BASIC", "bAsIc"})
  void theSchemesCaseDoesNotCount(String scheme) {
    assertThat(check(scheme + " YWRtaW46cHVibGlj", CONF)).isEqualTo(ResultCode.SUCCEED);
  }

  @Test
  void aPasswordMayHoldColonsAndAnyLetter() {
    var conf = conf("admin", "a:b:ß", AuthType.BASIC);

    assertThat(check(basic("admin:a:b:ß"), conf)).isEqualTo(ResultCode.SUCCEED);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {"", "Basic", "Basic ", "Basic    ", "BasicYWRtaW46cHVibGlj", "Bearer abc.def.ghi"})
  void noCredentialsOfTheSchemeAre104(String header) {
    assertThat(check(header, CONF)).isEqualTo(ResultCode.EMPTY_USERNAME_OR_PASSWORD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"admin:wrong", "root:public", "admin:", ":", "admin", "admin:publicx"})
  void wrongOnesAre103(String pair) {
    assertThat(check(basic(pair), CONF)).isEqualTo(ResultCode.WRONG_USERNAME_OR_PASSWORD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic !!!notbase64", "Basic YWRtaW46cHVibGlj=x", "Basic a b"})
  void unreadableOnesAre103(String header) {
    assertThat(check(header, CONF)).isEqualTo(ResultCode.WRONG_USERNAME_OR_PASSWORD);
  }

  @Test
  void aCredentialIsBounded() {
    var conf = conf("admin", "x".repeat(4000), AuthType.BASIC);

    assertThat(check(basic("admin:" + "x".repeat(4000)), conf))
        .isEqualTo(ResultCode.WRONG_USERNAME_OR_PASSWORD);
  }

  @Test
  void anEmptyPairInTheConfigurationOpensNothing() {
    assertThat(check(basic(":"), conf("", "", AuthType.BASIC)))
        .isEqualTo(ResultCode.WRONG_USERNAME_OR_PASSWORD);
  }

  @Test
  void anApiThatWantsTokensIsClosedToPasswordsAndToWhatItCannotVerify() {
    var conf = conf("admin", "public", AuthType.JWT);

    assertThat(check(basic("admin:public"), conf)).isEqualTo(ResultCode.EMPTY_USERNAME_OR_PASSWORD);
    assertThat(check("Bearer YWRtaW46cHVibGlj", conf))
        .isEqualTo(ResultCode.WRONG_USERNAME_OR_PASSWORD);
  }

  @Test
  void withoutAKeyNoTokenIsRightHoweverItLooks() {
    var conf = conf("admin", "public", AuthType.JWT);

    assertThat(check("Bearer a.b.c", conf)).isEqualTo(ResultCode.WRONG_USERNAME_OR_PASSWORD);
    assertThat(check("Bearer " + "x".repeat(9000), conf))
        .isEqualTo(ResultCode.WRONG_USERNAME_OR_PASSWORD);
    assertThat(check("bearer a.b.c", conf)).isEqualTo(ResultCode.WRONG_USERNAME_OR_PASSWORD);
  }

  @Test
  void aLoginIsByPasswordWhateverTheApiGoesBy() {
    var conf = conf("admin", "public", AuthType.JWT);

    var login = Logins.of(basic("admin:public"), true, conf, NO_KEY);
    assertThat(login.isKnown()).isTrue();
    assertThat(login.name()).isEqualTo("admin");
    assertThat(login.until()).isEqualTo(ApiLogin.ALWAYS);
    assertThat(Logins.of(basic("admin:wrong"), true, conf, NO_KEY).verdict())
        .isEqualTo(ResultCode.WRONG_USERNAME_OR_PASSWORD);
    assertThat(Logins.of("Bearer a.b.c", true, conf, NO_KEY).verdict())
        .isEqualTo(ResultCode.EMPTY_USERNAME_OR_PASSWORD);
  }

  private static ResultCode check(String header, HttpServerConf conf) {
    return Logins.of(header, conf.authType() == AuthType.BASIC, conf, NO_KEY).verdict();
  }

  private static HttpServerConf conf(String username, String password, AuthType type) {
    return Copy.of(
        NanomqConf.defaults().httpServer(),
        "username",
        username,
        "password",
        password,
        "authType",
        type);
  }

  private static String basic(String pair) {
    byte[] bytes = pair.getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }
}
