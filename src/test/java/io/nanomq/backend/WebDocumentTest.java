package io.nanomq.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.outgoing.Outgoing;
import io.nanomq.tls.PemSource;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A document's server that never comes to an end is given up, and the next answer is taken. */
@Timeout(120)
class WebDocumentTest {
  private static final int PATIENT_SECONDS = 60;

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final WebPeer peer = new WebPeer(WebPeer.says(500));

  @AfterEach
  void close() throws Exception {
    peer.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(PATIENT_SECONDS, TimeUnit.SECONDS);
  }

  /** One connection, as {@link Backends} makes it. */
  private WebDocument document(long timeoutMillis) {
    return document(timeoutMillis, "");
  }

  private WebDocument document(long timeoutMillis, String bearerFile) {
    var client = vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(1));
    var anywhere = new Outgoing(PemSource.DISK, List::of);
    return new WebDocument(vertx, client, anywhere, peer.url("/keys"), bearerFile, timeoutMillis);
  }

  private static String fetch(WebDocument document) throws Exception {
    CompletableFuture<byte[]> got = new CompletableFuture<>();
    document.fetch(got::complete);
    byte[] bytes = got.get(PATIENT_SECONDS, TimeUnit.SECONDS);
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  private void drips(HttpServerRequest request, String body) {
    request.response().setChunked(true);
    peer.every(20, () -> request.response().write("x"));
  }

  private void floods(HttpServerRequest request, String body) {
    request.response().setChunked(true);
    Buffer part = Buffer.buffer(new byte[64 * 1024]);
    peer.every(1, () -> request.response().write(part));
  }

  /** Such a file took the memory of the process, or was waited for, for ever. */
  @Test
  void whatIsNoFileWithATokenIsNotReadToItsEnd() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path large = Files.write(folder.resolve("large"), new byte[1 << 20]);
    peer.does(WebPeer.says(200));
    for (Path file : List.of(pipe, large, folder, folder.resolve("nosuch"))) {
      try (WebDocument document = document(1_000, file.toString())) {
        assertThat(fetch(document)).as(file.toString()).isNull();
      }
    }
    assertThat(peer.asked()).isEmpty();
    Path token = Files.writeString(folder.resolve("token"), "abc\n");
    try (WebDocument document = document(WebDocument.TIMEOUT_MILLIS, token.toString())) {
      assertThat(fetch(document)).isEqualTo("said");
    }
  }

  @Test
  void whoeverDripsDoesNotKeepTheConnection() throws Exception {
    try (WebDocument document = document(1_000)) {
      peer.does(this::drips);
      assertThat(fetch(document)).isNull();
      peer.does(WebPeer.says(200));
      assertThat(fetch(document)).isEqualTo("said");
    }
  }

  @Test
  void whoeverFloodsIsCutOff() throws Exception {
    try (WebDocument document = document(WebDocument.TIMEOUT_MILLIS)) {
      peer.does(this::floods);
      assertThat(fetch(document)).isNull();
      peer.does(WebPeer.says(200));
      assertThat(fetch(document)).isEqualTo("said");
    }
  }

  @Test
  void whoeverHangsIsGivenUp() throws Exception {
    try (WebDocument document = document(500)) {
      peer.does(WebPeer.HANGS);
      assertThat(fetch(document)).isNull();
      peer.does(WebPeer.says(200));
      assertThat(fetch(document)).isEqualTo("said");
    }
  }

  /** A hundred thousand keys are more than it takes. */
  @Test
  void thereIsALargestDocument() throws Exception {
    try (WebDocument document = document(WebDocument.TIMEOUT_MILLIS)) {
      peer.does(ends(WebDocument.MAX_BYTES));
      assertThat(fetch(document).length()).isEqualTo(WebDocument.MAX_BYTES);
      peer.does(ends(WebDocument.MAX_BYTES + 1));
      assertThat(fetch(document) == null).isTrue();
    }
  }

  private static WebPeer.Manner ends(int bytes) {
    return (request, body) -> request.response().end("x".repeat(bytes));
  }
}
