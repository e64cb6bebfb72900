package io.nanomq.api.gate;

import io.nanomq.api.route.ApiRoutes;
import io.nanomq.config.model.HttpServerConf.Cors;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages of other sites from changing anything through the browser of somebody who is
 * logged in: the browser sends remembered credentials with what any page asks for. Only browsers
 * send {@code Origin} and {@code Sec-Fetch-Site}, and no page can leave them out; other callers are
 * not asked for anything.
 *
 * @param headers those of the request
 * @param path its path
 * @param hasBody whether there may be a body
 * @param cors which pages may call
 */
record CrossSiteCheck(MultiMap headers, String path, boolean hasBody, Cors cors) {
  private static final String FETCH_SITE = "Sec-Fetch-Site";
  private static final Set<String> OWN_SITES = Set.of("same-origin", "none");
  private static final Set<HttpMethod> SAFE =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  /** What a page may send without asking first [Fetch, CORS-safelisted request-header]. */
  private static final Set<String> SIMPLE =
      Set.of("", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data");

  /** Takes a document, which is no JSON. */
  private static final String DOCUMENT = ApiRoutes.ROOT + "/config_update";

  /**
   * Why a request is refused.
   *
   * @param status 403 for another site, 415 for a type of body
   */
  record Refusal(int status, String message) {}

  /** Null where the request may go on. */
  static @Nullable Refusal refusal(HttpServerRequest request, Cors cors) {
    if (SAFE.contains(request.method())) {
      return null;
    }
    MultiMap headers = request.headers();
    String length = headers.get(HttpHeaders.CONTENT_LENGTH);
    boolean hasBody =
        headers.contains(HttpHeaders.TRANSFER_ENCODING) || length != null && !length.equals("0");
    return new CrossSiteCheck(headers, request.path(), hasBody, cors).refusal();
  }

  /** Why a request that changes something is refused; null where it may go on. */
  @Nullable Refusal refusal() {
    List<String> origins = headers.getAll(HttpHeaders.ORIGIN);
    List<String> sites = headers.getAll(FETCH_SITE);
    if (origins.isEmpty() && sites.isEmpty()) {
      return null;
    }
    if (origins.size() == 1 && isListed(origins.get(0))) {
      return type(false);
    }
    boolean isOwn = origins.isEmpty() || origins.size() == 1 && isOwn(origins.get(0));
    if (isOwn && OWN_SITES.containsAll(sites)) {
      return type(true);
    }
    return new Refusal(403, "A web page of another site may not change anything here");
  }

  private boolean isListed(String origin) {
    List<String> allowed = cors.allowOrigins();
    return allowed.contains("*") || allowed.contains(origin.toLowerCase(Locale.ROOT));
  }

  // The scheme does not count: TLS may end at a proxy in front.
  private boolean isOwn(String origin) {
    List<String> hosts = headers.getAll(HttpHeaders.HOST);
    if (hosts.size() != 1) {
      return false;
    }
    try {
      return isAt(new URI(origin), hosts.get(0).toLowerCase(Locale.ROOT));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static boolean isAt(URI uri, String host) {
    int usual = "https".equals(uri.getScheme()) ? 443 : 80;
    String authority = String.valueOf(uri.getRawAuthority()).toLowerCase(Locale.ROOT);
    return uri.getRawAuthority() != null
        && (host.equals(authority) || uri.getPort() < 0 && host.equals(authority + ":" + usual));
  }

  /**
   * A page of another site can send a form, or a text that looks like JSON, without the browser
   * asking us first; and where all pages are allowed, one that sends nothing at all.
   */
  private @Nullable Refusal type(boolean isOwn) {
    String given = String.valueOf(headers.get(HttpHeaders.CONTENT_TYPE));
    String type = given.equals("null") ? "" : given.split(";", 2)[0].strip();
    type = type.toLowerCase(Locale.ROOT);
    boolean isAsked = hasBody || !isOwn && cors.allowOrigins().contains("*");
    boolean isFine = path.startsWith(DOCUMENT) ? isOwn || !SIMPLE.contains(type) : isJson(type);
    return !isAsked || isFine
        ? null
        : new Refusal(415, "From a browser a body must be of Content-Type application/json");
  }

  private static boolean isJson(String type) {
    return type.equals("application/json") || type.endsWith("+json");
  }
}
