package io.nanomq.authn;

import io.nanomq.backend.BackendQuestion;
import io.nanomq.backend.ClientFacts;
import io.nanomq.codec.ReasonCode;
import io.nanomq.packet.Connect;
import io.nanomq.packet.EnhancedAuth;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * A CONNECT that wants to be let in, and the connection that it came on. Safe for any thread:
 * nothing of it changes.
 */
public final class Login {
  private static final int FIRST_WITH_REASONS = 5;

  private final Connect connect;
  private final Authenticator.Peer peer;
  private final PasswordGuard.@Nullable Attempt attempt;

  public Login(Connect connect, Authenticator.Peer peer) {
    this.connect = connect;
    this.peer = peer;
    this.attempt =
        connect.password() == null
            ? null
            : PasswordGuard.Attempt.of(peer.caller(), connect.username(), connect.clientId());
  }

  public Connect connect() {
    return connect;
  }

  public Authenticator.Peer peer() {
    return peer;
  }

  /** Authentication Method, null = user name and password. */
  @Nullable String method() {
    return connect.authenticationMethod();
  }

  /** Authentication Data, null = none. */
  byte @Nullable [] data() {
    EnhancedAuth enhanced = connect.enhanced();
    return enhanced == null ? null : enhanced.data();
  }

  /** What a guess is counted by; null = it has brought no password. */
  PasswordGuard.@Nullable Attempt attempt() {
    return attempt;
  }

  /** What a back end may be told. */
  public ClientFacts facts(@Nullable String user) {
    X509Certificate certificate = peer.certificate();
    return new ClientFacts(
        connect.clientId(),
        user == null ? "" : user,
        peer.address(),
        peer.port(),
        certificate == null ? "" : CertificateNames.commonName(certificate),
        certificate == null ? "" : CertificateNames.subject(certificate),
        peer.mountPoint());
  }

  /** For a back end. */
  BackendQuestion question() {
    return question(connect.username());
  }

  /**
   * The same of a client that is called otherwise than it said.
   *
   * @param user null = it has no name
   */
  BackendQuestion question(@Nullable String user) {
    return BackendQuestion.login(facts(user), connect.password(), peer.caller(), peer::isGone);
  }

  /** Before MQTT 5, NanoMQ tells wrong credentials (5) from missing ones (4). */
  ReasonCode wrongCredentials() {
    return connect.version() < FIRST_WITH_REASONS
        ? ReasonCode.NOT_AUTHORIZED
        : ReasonCode.BAD_USER_NAME_OR_PASSWORD;
  }
}
