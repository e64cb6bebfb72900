package io.nanomq.authn;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** What a client is called by its certificate; empty where the certificate does not say. */
final class CertificateNames {
  /** E-mail, DNS name, URI: RFC 5280 section 4.2.1.6. */
  private static final Set<Object> TEXTS = Set.of(1, 2, 6);

  private CertificateNames() {}

  /** The whole subject as RFC 2253 writes it. */
  static String subject(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName();
  }

  /** The most specific common name of the subject. */
  static String commonName(X509Certificate certificate) {
    try {
      List<Rdn> parts = new LdapName(subject(certificate)).getRdns();
      for (int i = parts.size() - 1; i >= 0; i--) {
        Rdn part = parts.get(i);
        if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String name) {
          return name;
        }
      }
      return "";
    } catch (InvalidNameException e) {
      return "";
    }
  }

  /** The first subject alternative name that is a text. */
  static String alternative(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      if (names != null) {
        for (List<?> name : names) {
          if (TEXTS.contains(name.get(0)) && name.get(1) instanceof String text) {
            return text;
          }
        }
      }
      return "";
    } catch (CertificateParsingException e) {
      return "";
    }
  }
}
