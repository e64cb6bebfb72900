package io.nanomq.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.it.TestCertificates;
import io.nanomq.tls.PemSource;
import io.nanomq.tls.TlsKeys;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ImmediateExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsContextTest {
  @TempDir static Path made;
  private static TestCertificates certificates;

  @TempDir Path mounted;
  private TlsConf conf;

  @BeforeAll
  static void makeCertificates() {
    certificates = new TestCertificates(made);
    certificates.issue("one", -1, 30);
    certificates.issue("two", -1, 30);
    certificates.authority();
  }

  @BeforeEach
  void mount() throws IOException {
    conf = conf(false, false);
    mountKey("one");
    mountCertificate("one");
    Files.copy(certificates.authority(), mounted.resolve("ca.crt"));
  }

  private TlsConf conf(boolean verifyPeer, boolean required) {
    String ca = verifyPeer ? mounted.resolve("ca.crt").toString() : "";
    String key = mounted.resolve("tls.key").toString();
    return new TlsConf(key, mounted.resolve("tls.crt").toString(), ca, "", verifyPeer, required);
  }

  private void mountKey(String alias) throws IOException {
    Path to = mounted.resolve("tls.key");
    Files.copy(certificates.key(alias), to, StandardCopyOption.REPLACE_EXISTING);
  }

  private void mountCertificate(String alias) throws IOException {
    Path to = mounted.resolve("tls.crt");
    Files.copy(certificates.certificate(alias), to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static SSLEngine engine(TlsContext context) {
    return ((SslHandler)
            context.newHandler(
                UnpooledByteBufAllocator.DEFAULT, ImmediateExecutor.INSTANCE, ended -> {}))
        .engine();
  }

  @Test
  void onlyVersionsThatAreSafeAreSpoken() throws Exception {
    assertThat(engine(new TlsContext(conf, PemSource.DISK)).getEnabledProtocols())
        .containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
  }

  @Test
  void thePeerIsAskedForACertificateAsConfigured() throws Exception {
    SSLEngine none = engine(new TlsContext(conf, PemSource.DISK));
    SSLEngine asked = engine(new TlsContext(conf(true, false), PemSource.DISK));
    SSLEngine required = engine(new TlsContext(conf(true, true), PemSource.DISK));
    assertThat(none.getWantClientAuth() || none.getNeedClientAuth()).isFalse();
    assertThat(asked.getWantClientAuth()).isTrue();
    assertThat(asked.getNeedClientAuth()).isFalse();
    assertThat(required.getNeedClientAuth()).isTrue();
  }

  /** A change of listeners and a start wait for each key: PKCS12 costs a tenth of a second. */
  @Test
  void noKeyIsEncryptedWithPasswordsOfOurOwn() throws Exception {
    TlsKeys keys = TlsKeys.read(conf, PemSource.DISK, Path.of(""));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    X509Certificate[] chain = keys.chain().toArray(X509Certificate[]::new);
    char[] none = new char[0];
    long rounds = leastNanos(() -> store.setKeyEntry("own", keys.key(), none, chain));
    assertThat(leastNanos(() -> new TlsContext(conf, PemSource.DISK))).isLessThan(rounds);
  }

  private static long leastNanos(Action action) throws Exception {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long start = System.nanoTime();
      action.run();
      least = Math.min(least, System.nanoTime() - start);
    }
    return least;
  }

  private interface Action {
    void run() throws Exception;
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() throws Exception {
    mountKey("two");
    assertThatThrownBy(() -> new TlsContext(conf, PemSource.DISK))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void filesThatAreMissingOrNoPemAreRefused() throws Exception {
    Files.writeString(mounted.resolve("tls.key"), "nothing");
    assertThatThrownBy(() -> new TlsContext(conf, PemSource.DISK))
        .isInstanceOf(GeneralSecurityException.class);
    Files.delete(mounted.resolve("tls.key"));
    assertThatThrownBy(() -> new TlsContext(conf, PemSource.DISK)).isInstanceOf(IOException.class);
  }

  @Test
  void onlyFilesThatChangedAreReadAnewAndHalfOfAPairIsNotTaken() throws Exception {
    TlsContext context = new TlsContext(conf, PemSource.DISK);
    assertThat(context.reload()).as("nothing has changed").isFalse();
    mountCertificate("two");
    assertThatThrownBy(context::reload).isInstanceOf(GeneralSecurityException.class);
    assertThat(engine(context)).as("the old pair still serves").isNotNull();
    // Half of a pair is looked at again, though it has not changed since.
    assertThatThrownBy(context::reload).isInstanceOf(GeneralSecurityException.class);
    mountKey("two");
    assertThat(context.reload()).isTrue();
    assertThat(context.reload()).isFalse();
  }

  @Test
  void aNewAuthorityIsAChangeToo() throws Exception {
    TlsContext context = new TlsContext(conf(true, true), PemSource.DISK);
    String doubled = Files.readString(mounted.resolve("ca.crt")).repeat(2);
    Files.writeString(mounted.resolve("ca.crt"), doubled);
    assertThat(context.reload()).isTrue();
  }

  @Test
  void theWatchGoesOnAfterFilesThatCannotBeUsed() throws Exception {
    TlsContext broken = new TlsContext(conf, PemSource.DISK);
    mountCertificate("two");
    var looks = new AtomicInteger();
    var listed = new CountDownLatch(3);
    List<TlsContext> contexts = new ArrayList<>(List.of(broken));
    try (var watch =
        new KeyFileWatch(
            () -> {
              looks.incrementAndGet();
              listed.countDown();
              return contexts;
            },
            5)) {
      assertThat(watch).isNotNull();
      assertThat(listed.await(20, TimeUnit.SECONDS)).isTrue();
    }
    int atTheEnd = looks.get();
    Awaitility.await().during(100, TimeUnit.MILLISECONDS).until(() -> looks.get() <= atTheEnd + 1);
  }
}
