package io.nanomq.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * An authority of one test, and certificates that it issues: made by the JDK's keytool, never kept.
 */
public final class TestCertificates {
  private static final String PASSWORD = "changeit";
  private static final int SECONDS = 30;

  private final Path folder;
  private final Path store;

  /**
   * @param folder gets the key store and the PEM files
   */
  public TestCertificates(Path folder) {
    this.folder = folder;
    this.store = folder.resolve("keys.p12");
    keytool(List.of("-genkeypair", "-alias", "ca", "-dname", "CN=test authority", "-ext", "bc:c"));
  }

  /**
   * A key and a certificate for 127.0.0.1 and localhost.
   *
   * @param alias names the files: alias.key, alias.pem
   * @param startDate as keytool reads it, such as {@code -1d}
   * @param validDays days from then
   */
  public void issue(String alias, String startDate, int validDays) {
    issue(alias, "EC", "ip:127.0.0.1,dns:localhost", startDate, validDays);
  }

  /** As above, valid now, for the DNS names. */
  public void issueFor(String alias, String keyAlgorithm, String... names) {
    issue(alias, keyAlgorithm, "dns:" + String.join(",dns:", names), "-1d", 30);
  }

  private void issue(
      String alias, String keyAlgorithm, String names, String startDate, int validDays) {
    Path request = folder.resolve(alias + ".csr");
    Path signed = folder.resolve(alias + ".crt");
    List<String> pair = List.of("-genkeypair", "-alias", alias, "-dname", "CN=" + alias);
    keytool(pair, keyAlgorithm);
    keytool(List.of("-certreq", "-alias", alias, "-file", request.toString()));
    keytool(
        List.of(
            "-gencert",
            "-alias",
            "ca",
            "-infile",
            request.toString(),
            "-outfile",
            signed.toString(),
            "-ext",
            "san=" + names,
            "-startdate",
            startDate,
            "-validity",
            Integer.toString(validDays)));
    keytool(List.of("-importcert", "-noprompt", "-alias", alias, "-file", signed.toString()));
    write(alias);
  }

  /** The authority's certificate, PEM. */
  public Path authority() {
    Path file = folder.resolve("ca.pem");
    try {
      Files.writeString(file, pem("CERTIFICATE", load().getCertificate("ca").getEncoded()));
      return file;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public Path key(String alias) {
    return folder.resolve(alias + ".key");
  }

  public Path certificate(String alias) {
    return folder.resolve(alias + ".pem");
  }

  /** Trusts this authority. */
  public TrustManagerFactory trust() {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("ca", load().getCertificate("ca"));
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
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      KeyStore all = load();
      own.setKeyEntry(
          alias,
          all.getKey(alias, PASSWORD.toCharArray()),
          PASSWORD.toCharArray(),
          all.getCertificateChain(alias));
      var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(own, PASSWORD.toCharArray());
      return factory;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void write(String alias) {
    try {
      KeyStore all = load();
      byte[] key = all.getKey(alias, PASSWORD.toCharArray()).getEncoded();
      Files.writeString(key(alias), pem("PRIVATE KEY", key));
      StringBuilder chain = new StringBuilder();
      for (Certificate certificate : all.getCertificateChain(alias)) {
        chain.append(pem("CERTIFICATE", certificate.getEncoded()));
      }
      Files.writeString(certificate(alias), chain);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String what, byte[] der) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
  }

  private KeyStore load() throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private void keytool(List<String> arguments) {
    keytool(arguments, "EC");
  }

  private void keytool(List<String> arguments, String keyAlgorithm) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(arguments);
    command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass", PASSWORD));
    if (arguments.contains("-genkeypair")) {
      boolean isCurve = keyAlgorithm.equals("EC");
      command.addAll(List.of("-keyalg", keyAlgorithm, "-validity", "30"));
      command.addAll(isCurve ? List.of("-groupname", "secp256r1") : List.of("-keysize", "2048"));
    }
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("keytool.log").toFile())
              .start();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(Files.readString(folder.resolve("keytool.log")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
