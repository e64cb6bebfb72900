package io.nanomq.authn;

import java.security.cert.X509Certificate;
import java.util.function.Consumer;

/**
 * Who has shown a certificate that the listener's authorities have signed: a name of the
 * certificate is the user. It holds as long as the certificate. Immutable.
 *
 * @param part what of the certificate is the user: {@code cn}, {@code san} or {@code subject}
 */
record CertificateLink(String part) implements AuthLink {
  static final String NAME = "certificate";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void ask(Login login, Consumer<Verdict> answer) {
    X509Certificate certificate = login.peer().certificate();
    String user = certificate == null ? "" : user(certificate);
    if (certificate == null || user.isEmpty()) {
      answer.accept(Verdict.PASS);
    } else {
      answer.accept(
          Verdict.allow(
              ClientIdentity.of(user, NAME, login.peer().listener())
                  .withUntil(certificate.getNotAfter().getTime())
                  .withGrant(part)));
    }
  }

  private String user(X509Certificate certificate) {
    return switch (part) {
      case "cn" -> CertificateNames.commonName(certificate);
      case "san" -> CertificateNames.alternative(certificate);
      default -> CertificateNames.subject(certificate);
    };
  }

  /** By another part it would be another user. Authorities that go are the listener's affair. */
  @Override
  public boolean holds(ClientIdentity identity) {
    return part.equals(identity.grant());
  }
}
