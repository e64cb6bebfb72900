package io.nanomq.authn;

import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.BlockingWork;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * SCRAM-SHA-256 (RFC 5802) with one client: its first message, our challenge, its proof, our own.
 * There is no channel binding. Whoever is no user, or is kept so that SCRAM cannot be done, gets a
 * challenge like everybody, which no proof answers. Used by one thread at a time.
 */
final class ScramExchange {
  static final String METHOD = "SCRAM-SHA-256";

  private static final Pattern FIRST =
      Pattern.compile("([ny],(?:a=([^,]*))?,)(n=([^,]+),r=([\\x21-\\x2B\\x2D-\\x7E]+)(?:,.*)?)");
  private static final Pattern LAST = Pattern.compile("(c=([^,]+),r=([^,]+)(?:,.*)?),p=([^,]+)");
  private static final int NONCE_BYTES = 18;
  private static final int MAX_MESSAGE = 4096;

  private final Login login;
  private final ScramUsers users;
  private String user = "";
  private String header = "";
  private String clientFirst = "";
  private String serverFirst = "";
  private String nonce = "";

  record Challenge(byte[] salt, int iterations) {}

  ScramExchange(Login login, ScramUsers users) {
    this.login = login;
    this.users = users;
  }

  /** Takes the client's first message. */
  void begin(byte @Nullable [] message, Consumer<Verdict> answer) {
    Matcher first = matcher(FIRST, message);
    String name = first == null ? null : name(first.group(4));
    String other = first == null ? null : first.group(2);
    if (first == null || name == null || other != null && !other.equals(first.group(4))) {
      answer.accept(Verdict.deny(login.wrongCredentials(), UserLink.NAME));
      return;
    }
    user = name;
    header = first.group(1);
    clientFirst = first.group(3);
    nonce = first.group(5) + Base64.getEncoder().encodeToString(users.random(NONCE_BYTES));
    Challenge challenge = users.challenge(user);
    String salt = Base64.getEncoder().encodeToString(challenge.salt);
    serverFirst = "r=" + nonce + ",s=" + salt + ",i=" + challenge.iterations;
    answer.accept(Verdict.challenge(UserLink.NAME, utf8(serverFirst), this::prove));
  }

  private static @Nullable Matcher matcher(Pattern pattern, byte @Nullable [] message) {
    if (message == null || message.length > MAX_MESSAGE) {
      return null;
    }
    Matcher matcher = pattern.matcher(new String(message, StandardCharsets.UTF_8));
    return matcher.matches() ? matcher : null;
  }

  /** A name with its escapes taken away; null where one is wrong. */
  private static @Nullable String name(String written) {
    String bare = written.replace("=2C", "").replace("=3D", "");
    return bare.indexOf('=') >= 0 ? null : written.replace("=2C", ",").replace("=3D", "=");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Takes the client's last message. */
  private void prove(byte @Nullable [] message, Consumer<Verdict> answer) {
    if (users.refuses(login, user)) {
      answer.accept(Verdict.deny(ReasonCode.CONNECTION_RATE_EXCEEDED, UserLink.NAME));
      return;
    }
    users
        .worker()
        .accept(
            login.peer().caller(),
            BlockingWork.Work.of(
                () -> answer.accept(verdict(message)),
                () -> answer.accept(Verdict.deny(ReasonCode.SERVER_BUSY, UserLink.NAME))));
  }

  private Verdict verdict(byte @Nullable [] message) {
    ScramKeys keys = users.keys(user);
    Matcher last = matcher(LAST, message);
    boolean isWhole =
        last != null
            && last.group(2).equals(Base64.getEncoder().encodeToString(utf8(header)))
            && last.group(3).equals(nonce);
    if (last == null || keys == null || !isWhole) {
      return users.counted(login, user, false);
    }
    byte[] exchanged = utf8(clientFirst + "," + serverFirst + "," + last.group(1));
    Verdict verdict = users.counted(login, user, keys.isProof(proof(last.group(4)), exchanged));
    String signature = Base64.getEncoder().encodeToString(keys.serverSignature(exchanged));
    return verdict.isAllowed() ? verdict.with(utf8("v=" + signature)) : verdict;
  }

  private static byte[] proof(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
