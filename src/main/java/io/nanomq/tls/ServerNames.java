package io.nanomq.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The host names that a certificate is for. */
public final class ServerNames {
  /** Type of a DNS name among subject alternative names (RFC 5280, 4.2.1.6). */
  private static final int DNS_NAME = 2;

  /** A host name, or one with a wildcard as its whole first label (RFC 6125, 6.4.3). */
  private static final Pattern NAME =
      Pattern.compile("(?=.{1,253}$)(\\*\\.)?[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*");

  private ServerNames() {}

  /**
   * The DNS names among the subject alternative names, in lower case. What no client can ask for is
   * left out: addresses, which never come as server names (RFC 6066, 3), wildcards within a label,
   * and the common name, which clients have stopped looking at.
   *
   * @throws CertificateParsingException where the extension is broken
   */
  public static List<String> of(X509Certificate certificate) throws CertificateParsingException {
    Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
    List<String> names = new ArrayList<>();
    for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
      if (alternative.get(0).equals(DNS_NAME)) {
        String name = String.valueOf(alternative.get(1)).toLowerCase(Locale.ROOT);
        if (NAME.matcher(name).matches()) {
          names.add(name);
        }
      }
    }
    return names;
  }
}
