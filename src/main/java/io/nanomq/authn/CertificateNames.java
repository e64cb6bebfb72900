package io.nanomq.authn;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * What a client is called by its certificate; empty where the certificate does not say, or says
 * what no user name of MQTT can be [MQTT-1.5.4-1] [MQTT-1.5.4-2].
 */
final class CertificateNames {
  /** E-mail, DNS name, URI: RFC 5280 section 4.2.1.6. */
  private static final Set<Object> TEXTS = Set.of(1, 2, 6);

  private static final int MAX_BYTES = 65_535;

  /** Stands for bytes that are no letter: names that differ there would be one. */
  private static final char UNREADABLE = '\uFFFD';

  private CertificateNames() {}

  /** The whole subject as RFC 2253 writes it. */
  static String subject(X509Certificate certificate) {
    return usable(certificate.getSubjectX500Principal().getName());
  }

  /** The most specific common name of the subject; of several that are equally so, none. */
  static String commonName(X509Certificate certificate) {
    try {
      List<Rdn> parts = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
      for (int i = parts.size() - 1; i >= 0; i--) {
        Attribute names = parts.get(i).toAttributes().get("CN");
        if (names != null) {
          return names.size() == 1 && names.get() instanceof String name ? usable(name) : "";
        }
      }
      return "";
    } catch (NamingException e) {
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
            return usable(text);
          }
        }
      }
      return "";
    } catch (CertificateParsingException e) {
      return "";
    }
  }

  private static String usable(String name) {
    boolean isText =
        name.indexOf('\0') < 0
            && name.indexOf(UNREADABLE) < 0
            && StandardCharsets.UTF_8.newEncoder().canEncode(name);
    return isText && name.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES ? name : "";
  }
}
