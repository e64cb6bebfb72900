package io.nanomq.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Marks as malformed what Netty's decoder lets through and the frameworks behind it stumble over,
 * each at another place and some with a 5xx: another HTTP version, a target that is no path, a
 * percent sign without two hex digits behind it, no host or several, and a transfer coding that
 * leaves open where the body ends [RFC 9112, 3.2, 6.1]. Whoever guesses that end otherwise than a
 * proxy in front takes a part of one caller's body for another caller's request.
 */
final class HttpHeadCheck extends ChannelInboundHandlerAdapter {
  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
  private static final Pattern TARGET = Pattern.compile("(https?://[^/?#]+)?/");
  // No escapes in names: nobody has one, and Vert.x fails over them.
  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9._~!$&'()*+,;=-]+|\\[[0-9A-Fa-f:.%A-Za-z_-]+])(:[0-9]{0,5})?");

  private static final Set<HttpMethod> METHODS =
      Set.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.POST,
          HttpMethod.PUT,
          HttpMethod.PATCH,
          HttpMethod.DELETE,
          HttpMethod.OPTIONS,
          HttpMethod.TRACE,
          HttpMethod.CONNECT);

  /** One name for all that nobody knows: a meter is kept for each name, for good. */
  private static final HttpMethod OTHER = HttpMethod.valueOf("OTHER");

  // What was all right a request ago still is: who polls asks for the same again.
  private String goodTarget = "/";
  private String goodHost = "localhost";

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request && request.decoderResult().isSuccess()) {
      if (!METHODS.contains(request.method())) {
        request.setMethod(OTHER);
      }
      String problem = problem(request);
      if (problem != null) {
        request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(problem)));
        request.setProtocolVersion(HttpVersion.HTTP_1_1);
      }
    }
    context.fireChannelRead(message);
  }

  private @Nullable String problem(HttpRequest request) {
    HttpVersion version = request.protocolVersion();
    if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
      return "the version is neither HTTP/1.1 nor HTTP/1.0";
    }
    String target = targetProblem(request);
    if (target != null) {
      return target;
    }
    HttpHeaders headers = request.headers();
    if (!isHost(version, headers)) {
      return "there must be one Host";
    }
    if (headers.getAll(HttpHeaderNames.AUTHORIZATION).size() > 1) {
      return "there may be one Authorization"; // a proxy may have judged the other one
    }
    return codingProblem(version, headers);
  }

  private @Nullable String targetProblem(HttpRequest request) {
    String target = request.uri();
    if (target.equals(goodTarget)) {
      return null;
    }
    if (!TARGET.matcher(target).lookingAt()) {
      return "the target is no path";
    }
    if (BAD_ESCAPE.matcher(target).find()) {
      return "a percent sign needs two hex digits";
    }
    if (!isUri(target)) {
      return "the target holds a character that must be encoded";
    }
    goodTarget = target;
    return null;
  }

  // With a host in front, a path that begins with two slashes is not taken for one.
  private static boolean isUri(String target) {
    try {
      new URI(target.startsWith("/") ? "http://h" + target : target);
      return true;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private boolean isHost(HttpVersion version, HttpHeaders headers) {
    List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
    return hosts.isEmpty()
        ? version.equals(HttpVersion.HTTP_1_0)
        : hosts.size() == 1 && isHost(hosts.get(0));
  }

  /** Vert.x reads it behind this: what it cannot read fails there, with a stack trace. */
  private boolean isHost(String host) {
    boolean isGood =
        host.equals(goodHost)
            || HOST.matcher(host).matches() && HostAndPort.parseAuthority(host, -1) != null;
    goodHost = isGood ? host : goodHost;
    return isGood;
  }

  private static @Nullable String codingProblem(HttpVersion version, HttpHeaders headers) {
    List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    boolean known = codings.size() == 1 && codings.get(0).strip().equalsIgnoreCase("chunked");
    if (codings.isEmpty() || known && version.equals(HttpVersion.HTTP_1_1)) {
      return null;
    }
    return "the only transfer coding is chunked, of HTTP/1.1";
  }
}
