package io.nanomq.api.gate;

import io.nanomq.api.route.ApiRoutes;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of Swagger UI, out of what was packaged. The framework has Vert.x unpack them into a
 * folder first, which is switched off: a container's file system is read-only. Whether there is a
 * page at all {@link ApiGate} has decided.
 */
@Singleton
public class UiPages {
  /** Behind the gate. */
  private static final int AFTER_GATE = 140;

  private static final String FOLDER =
      "META-INF/io.smallrye_smallrye-open-api-ui__jar/META-INF/resources/openapi-ui/";

  private static final Pattern NAME = Pattern.compile("[a-z0-9-]+\\.([a-z]+)(\\.map)?");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html;charset=UTF-8",
          "css", "text/css;charset=UTF-8",
          "js", "text/javascript;charset=UTF-8",
          "png", "image/png",
          "ico", "image/x-icon");

  void register(@Observes Filters filters) {
    filters.register(UiPages::serve, AFTER_GATE);
  }

  private static void serve(RoutingContext context) {
    String path = context.normalizedPath();
    String type = path.startsWith(ApiRoutes.UI + "/") ? type(name(path)) : null;
    if (type == null) {
      context.next();
      return;
    }
    // A jar is unpacked for it, which is no work for an event loop.
    context
        .vertx()
        .executeBlocking(() -> read(name(path)), false)
        .onSuccess(
            page -> {
              if (page == null) {
                context.next();
              } else {
                context.response().putHeader(HttpHeaders.CONTENT_TYPE, type).end(page);
              }
            })
        .onFailure(context::fail);
  }

  private static String name(String path) {
    String name = path.substring(ApiRoutes.UI.length() + 1);
    return name.isEmpty() ? "index.html" : name;
  }

  private static @Nullable String type(String name) {
    var matcher = NAME.matcher(name);
    return matcher.matches() ? TYPES.get(matcher.group(1)) : null;
  }

  /**
   * Null where there is none: a build for tests has them in a folder, which the framework knows.
   */
  private static @Nullable Buffer read(String name) throws IOException {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try (InputStream page = loader.getResourceAsStream(FOLDER + name)) {
      return page == null ? null : Buffer.buffer(page.readAllBytes());
    }
  }
}
