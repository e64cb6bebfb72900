package io.nanomq;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Map;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A pair of keys and what certifies it, made in memory: a process of keytool takes a second on a
 * slow machine, and tests need dozens of them.
 */
public record Certified(KeyPair keys, X509Certificate certificate) {
  private static final Map<String, Integer> NAMES =
      Map.of(
          "email", GeneralName.rfc822Name,
          "dns", GeneralName.dNSName,
          "uri", GeneralName.uniformResourceIdentifier,
          "ip", GeneralName.iPAddress);

  /** EC is P-256, RSA has 2,048 bits. */
  public static KeyPair keys(String algorithm) throws GeneralSecurityException {
    if (algorithm.equals("RSA")) {
      return RsaKeys.next();
    }
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  /** An authority that certifies itself, for 30 days. */
  public static Certified authority(String commonName) {
    return certify(null, commonName, "EC", "", Instant.now().minusSeconds(60), 30);
  }

  /**
   * @param authority null = certifies itself, as an authority where it has no names
   * @param names subject alternative names with their kinds, {@code dns:a.example,ip:127.0.0.1}
   * @param days from {@code start}
   */
  public static Certified certify(
      @Nullable Certified authority,
      String commonName,
      String algorithm,
      String names,
      Instant start,
      int days) {
    try {
      KeyPair own = keys(algorithm);
      var subject = new X500Principal("CN=" + commonName);
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              authority == null ? subject : authority.certificate.getSubjectX500Principal(),
              new BigInteger(63, new SecureRandom()),
              Date.from(start),
              Date.from(start.plusSeconds(days * 86_400L)),
              subject,
              own.getPublic());
      if (names.isEmpty()) {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      } else {
        builder.addExtension(Extension.subjectAlternativeName, false, generalNames(names));
      }
      return new Certified(own, sign(builder, authority == null ? own : authority.keys));
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair by)
      throws GeneralSecurityException, OperatorCreationException {
    String with = "SHA256with" + (by.getPrivate().getAlgorithm().equals("EC") ? "ECDSA" : "RSA");
    var signer = new JcaContentSignerBuilder(with).build(by.getPrivate());
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }

  private static GeneralNames generalNames(String names) {
    return new GeneralNames(
        Arrays.stream(names.split(","))
            .map(name -> name.split(":", 2))
            .map(name -> new GeneralName(NAMES.get(name[0].toLowerCase()), name[1]))
            .toArray(GeneralName[]::new));
  }
}
