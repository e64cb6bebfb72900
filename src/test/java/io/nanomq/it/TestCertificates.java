package io.nanomq.it;

import io.nanomq.Certified;
import io.nanomq.tls.TestKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/** An authority of one test, and certificates that it issues, as PEM files; never kept. */
public final class TestCertificates {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final Path folder;
  private final Certified authority;
  private final Map<String, Certified> issued = new HashMap<>();

  /**
   * @param folder gets the PEM files
   */
  public TestCertificates(Path folder) {
    this(folder, "test authority");
  }

  /** As above, of an authority that is called otherwise than the others. */
  TestCertificates(Path folder, String name) {
    this.folder = folder;
    authority = Certified.authority(name);
    write(folder.resolve("ca.pem"), authority.certificate());
  }

  /**
   * A key and a certificate for 127.0.0.1 and localhost.
   *
   * @param alias names the files: alias.key, alias.pem
   * @param startDay days from now, below zero for the past
   * @param validDays days from then
   */
  public void issue(String alias, int startDay, int validDays) {
    issue(alias, "EC", "ip:127.0.0.1,dns:localhost", startDay, validDays);
  }

  /** As above, valid now, for the DNS names. */
  public void issueFor(String alias, String keyAlgorithm, String... names) {
    issue(alias, keyAlgorithm, "dns:" + String.join(",dns:", names), -1, 30);
  }

  private void issue(String alias, String algorithm, String names, int startDay, int validDays) {
    Instant start = Instant.now().plus(Duration.ofDays(startDay));
    Certified made = Certified.certify(authority, alias, algorithm, names, start, validDays);
    issued.put(alias, made);
    write(key(alias), pem("PRIVATE KEY", made.keys().getPrivate().getEncoded()));
    write(certificate(alias), made.certificate(), authority.certificate());
  }

  /** The authority's certificate, PEM. */
  public Path authority() {
    return folder.resolve("ca.pem");
  }

  public Path key(String alias) {
    return folder.resolve(alias + ".key");
  }

  /** The same key, which needs the password; other than this one it has a file of its own. */
  public Path encryptedKey(String alias, String password) throws Exception {
    Certified who = issued.get(alias);
    Path file = folder.resolve(alias + ".encrypted.key");
    write(file, new TestKeys(who.keys().getPrivate(), new byte[0]).encrypted(password));
    return file;
  }

  public Path certificate(String alias) {
    return folder.resolve(alias + ".pem");
  }

  /** Trusts this authority. */
  public TrustManagerFactory trust() {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("ca", authority.certificate());
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      return factory;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Proves to be {@code alias}. */
  public KeyManagerFactory identity(String alias) {
    try {
      Certified who = issued.get(alias);
      Certificate[] chain = {who.certificate(), authority.certificate()};
      KeyStore own = KeyStore.getInstance("JKS"); // PKCS12 takes a tenth of a second
      own.load(null, null);
      own.setKeyEntry(alias, who.keys().getPrivate(), PASSWORD, chain);
      var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(own, PASSWORD);
      return factory;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(Path file, Certificate... chain) {
    StringBuilder pem = new StringBuilder();
    try {
      for (Certificate certificate : chain) {
        pem.append(pem("CERTIFICATE", certificate.getEncoded()));
      }
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
    write(file, pem.toString());
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String pem(String what, byte[] der) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
  }
}
