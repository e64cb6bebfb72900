package io.nanomq.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpHeadCheckTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/api/v4/nodes?x=%20", "/a%2Fb%c3%a9", "http://host:1/a", "https://h/", "//"})
  void targetsThatAreLetIn(String target) {
    assertThat(check(HttpVersion.HTTP_1_1, target, "Host", "h").decoderResult().isSuccess())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "a",
        "?x",
        "http://h",
        "h:80",
        "/%",
        "/%2",
        "/%zz",
        "/?%g0",
        "/\\",
        "/?=\"",
        "/{a}",
        "/?a|b",
        "/["
      })
  void targetsThatAreNot(String target) {
    assertThat(check(HttpVersion.HTTP_1_1, target, "Host", "h").decoderResult().isFailure())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"h", "h.example:8081", "127.0.0.1", "[::1]:8081", "[fe80::1%eth0]", "a_b"})
  void hosts(String host) {
    assertThat(check(HttpVersion.HTTP_1_1, "/", "Host", host).decoderResult().isSuccess()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a b",
        "h:x",
        "h:999999",
        "h:99999",
        "[::1",
        "a/b",
        "u@h",
        "%x",
        "a%zz",
        "%",
        "a%41",
        "%ff"
      })
  void whatIsNoHost(String host) {
    assertThat(check(HttpVersion.HTTP_1_1, "/", "Host", host).decoderResult().isFailure()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1, chunked, true",
    "HTTP/1.1, Chunked, true",
    "HTTP/1.0, chunked, false",
    "HTTP/1.1, gzip, false",
    "HTTP/1.1, xchunked, false",
    "HTTP/1.1, 'chunked, gzip', false",
    "HTTP/1.1, 'gzip, chunked', false",
    "HTTP/2.0, chunked, false",
  })
  void transferCodings(String version, String coding, boolean letIn) {
    HttpRequest request =
        check(HttpVersion.valueOf(version), "/", "Host", "h", "Transfer-Encoding", coding);
    assertThat(request.decoderResult().isSuccess()).isEqualTo(letIn);
  }

  @Test
  void whoeverAuthorizesTwiceIsNotLetIn() {
    String[] one = {"Host", "h", "Authorization", "Basic eDp5"};
    String[] two = {"Host", "h", "Authorization", "Basic eDp5", "authorization", "Basic eDp5"};
    assertThat(check(HttpVersion.HTTP_1_1, "/", one).decoderResult().isSuccess()).isTrue();
    assertThat(check(HttpVersion.HTTP_1_1, "/", two).decoderResult().isFailure()).isTrue();
  }

  private static HttpRequest check(HttpVersion version, String target, String... headers) {
    var channel = new EmbeddedChannel(new HttpHeadCheck());
    var request = new DefaultHttpRequest(version, HttpMethod.GET, target, false);
    for (int i = 0; i < headers.length; i += 2) {
      request.headers().add(headers[i], headers[i + 1]);
    }
    channel.writeInbound(request);
    return channel.readInbound();
  }
}
