package io.nanomq.http;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpMessage;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;

/**
 * Vert.x's decoder, but for a request that says twice, and differently, where its body ends: Netty
 * would drop one of the two and go on. Whoever is in front of us may have believed the other one
 * [RFC 9112, 6.1].
 */
final class HttpRequests extends VertxHttpRequestDecoder {

  HttpRequests(HttpServerOptions options) {
    super(options);
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    message.setDecoderResult(
        DecoderResult.failure(
            new IllegalArgumentException("either Content-Length or Transfer-Encoding")));
  }
}
