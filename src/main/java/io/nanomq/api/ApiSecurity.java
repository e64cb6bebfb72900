package io.nanomq.api;

import io.nanomq.config.HttpServerConf;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an {@code Authorization} header opens the API. Knows no HTTP framework, so that
 * every case of it can be tested; the configuration comes with each call because it may have
 * changed since the last one.
 */
public final class ApiSecurity {
  private static final String BASIC = "Basic ";
  private static final String BEARER = "Bearer ";

  /** Longest credential that is looked at, in characters; the reference breaks at 3,000. */
  private static final int MAX_CREDENTIAL = 2048;

  private ApiSecurity() {}

  /**
   * Checks one request.
   *
   * @param header value of {@code Authorization}, null where the request had none
   * @return {@link ResultCode#SUCCEED}, or what to refuse the request with as 401: 104 where no
   *     credentials of the configured scheme were given (the scheme's case counts, as in the
   *     reference), 103 where they are wrong or unreadable
   */
  public static ResultCode check(@Nullable String header, HttpServerConf conf) {
    // No token can be verified by a broker without a key: such an API is closed, never open.
    String scheme = conf.authType() == HttpServerConf.AuthType.BASIC ? BASIC : BEARER;
    if (header == null || !header.startsWith(scheme)) {
      return ResultCode.EMPTY_USERNAME_OR_PASSWORD;
    }
    String credential = header.substring(scheme.length()).strip();
    if (credential.isEmpty()) {
      return ResultCode.EMPTY_USERNAME_OR_PASSWORD;
    }
    return conf.authType() == HttpServerConf.AuthType.BASIC && matches(credential, conf)
        ? ResultCode.SUCCEED
        : ResultCode.WRONG_USERNAME_OR_PASSWORD;
  }

  // One comparison of the whole pair, in a time that tells neither name nor password. An empty pair
  // in the configuration would be guessed at once, so it opens nothing.
  private static boolean matches(String credential, HttpServerConf conf) {
    if (credential.length() > MAX_CREDENTIAL
        || conf.username().isEmpty()
        || conf.password().isEmpty()) {
      return false;
    }
    try {
      byte[] given = Base64.getDecoder().decode(credential);
      String expected = conf.username() + ":" + conf.password();
      return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given);
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }
}
