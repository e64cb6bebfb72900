package io.nanomq.authn;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.Certified;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERT61String;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of certificates that an authority has signed without looking at them. */
class CertificateNamesTest {
  private static KeyPair keys;

  @BeforeAll
  static void makeKeys() throws GeneralSecurityException {
    keys = Certified.keys("EC");
  }

  private static X509Certificate certificate(GeneralNames alternatives, RDN... subject)
      throws Exception {
    X500Name name = new X500Name(subject);
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            new X500Name("CN=authority"),
            BigInteger.ONE,
            Date.from(now.minusSeconds(60)),
            Date.from(now.plusSeconds(3600)),
            name,
            keys.getPublic());
    if (alternatives != null) {
      builder.addExtension(Extension.subjectAlternativeName, false, alternatives);
    }
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }

  private static RDN common(ASN1Encodable value) {
    return new RDN(BCStyle.CN, value);
  }

  private static String commonName(ASN1Encodable value) throws Exception {
    return CertificateNames.commonName(certificate(null, common(value)));
  }

  private static ASN1Encodable utf8(String text) {
    return new DERUTF8String(text);
  }

  /** They are levels and wildcards to nobody: a rule's placeholder takes no such name. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "device-7",
        "a/b",
        "+",
        "#",
        "a+b=c,d",
        " spaces ",
        "quo\"te\\",
        "line\nbreak",
        "\u0001",
        "#0403",
        "é\uD83D\uDE00",
        "CN=admin"
      })
  void isTheNameAsItIsWritten(String name) throws Exception {
    assertThat(commonName(utf8(name))).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"admin\0", "\0", "ad\0min", "admin\uFFFD"})
  void whatNoUserCanBeCalledIsNoName(String name) throws Exception {
    assertThat(commonName(utf8(name))).isEmpty();
  }

  /** Different bytes that are no UTF-8 must not become the same name. */
  @Test
  void bytesThatAreNoTextAreNoName() throws Exception {
    byte[] one = "dev\u00E9".getBytes(StandardCharsets.ISO_8859_1);
    byte[] other = "dev\u00E8".getBytes(StandardCharsets.ISO_8859_1);
    for (byte[] bytes : new byte[][] {one, other}) {
      X509Certificate certificate = certificate(null, common(new DERT61String(bytes)));
      assertThat(CertificateNames.commonName(certificate)).isEmpty();
      assertThat(CertificateNames.subject(certificate)).isEmpty();
    }
    assertThat(commonName(new DERBMPString("admin"))).isNotEqualTo("admin").isEmpty();
    assertThat(commonName(new DEROctetString(one))).isEmpty();
  }

  @Test
  void thereIsALongestName() throws Exception {
    String longest = "x".repeat(65_535);
    assertThat(commonName(utf8(longest))).isEqualTo(longest);
    assertThat(commonName(utf8(longest + "x"))).isEmpty();
  }

  /** The last is the most specific; what comes before it does not stand in for it. */
  @Test
  void ofSeveralTheMostSpecificOneCounts() throws Exception {
    RDN admin = common(utf8("admin"));
    assertThat(CertificateNames.commonName(certificate(null, admin, common(utf8("device")))))
        .isEqualTo("device");
    assertThat(
            CertificateNames.commonName(
                certificate(null, admin, common(new DEROctetString(new byte[3])))))
        .isEmpty();
    var twice =
        new RDN(
            new AttributeTypeAndValue[] {
              new AttributeTypeAndValue(BCStyle.CN, utf8("admin")),
              new AttributeTypeAndValue(BCStyle.CN, utf8("device"))
            });
    assertThat(CertificateNames.commonName(certificate(null, twice))).isEmpty();
    var beside =
        new RDN(
            new AttributeTypeAndValue[] {
              new AttributeTypeAndValue(BCStyle.C, utf8("DE")),
              new AttributeTypeAndValue(BCStyle.CN, utf8("device"))
            });
    assertThat(CertificateNames.commonName(certificate(null, beside))).isEqualTo("device");
  }

  @Test
  void alternativesAreJudgedAlike() throws Exception {
    var mail = new GeneralName(GeneralName.rfc822Name, "a@example.org");
    X509Certificate good = certificate(new GeneralNames(mail), common(utf8("x")));
    assertThat(CertificateNames.alternative(good)).isEqualTo("a@example.org");
    var odd = new GeneralName(GeneralName.rfc822Name, "admin\0@example.org");
    X509Certificate bad = certificate(new GeneralNames(odd), common(utf8("x")));
    assertThat(CertificateNames.alternative(bad)).isEmpty();
  }
}
