package io.nanomq.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.nanomq.api.route.ApiEndpoint;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.http.HttpListener;
import io.nanomq.it.RawHttp;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code GET /api/v4} lists what there is: no more, no less, what is documented first. */
@QuarkusTest
class ApiEndpointsTest {
  private static final Map<Class<? extends Annotation>, String> METHODS =
      Map.of(GET.class, "GET", POST.class, "POST", DELETE.class, "DELETE", PUT.class, "PUT");

  /** Asked for by a method that they do not have: the one ends the test, the other never ends. */
  private static final Pattern NOT_CALLED = Pattern.compile("stop|events|traces|login");

  private static final int ANSWER_MILLIS = 10_000;

  @Inject HttpListener http;

  @Test
  void everyResourceIsListed() {
    var there = new TreeSet<String>();
    for (JavaClass type : new ClassFileImporter().importPath("target/classes/io/nanomq/api")) {
      type.getMethods()
          .forEach(
              method ->
                  METHODS.keySet().stream()
                      .filter(method::isAnnotatedWith)
                      .forEach(verb -> there.add(METHODS.get(verb) + " " + path(type, method))));
    }
    var listed = new TreeSet<String>();
    listed.add("GET ");
    ApiResources.ENDPOINTS
        .listed()
        .forEach(endpoint -> listed.add(endpoint.method() + " " + withoutSlash(endpoint.path())));
    listed.remove("GET " + ApiRoutes.DOCUMENT.substring(ApiRoutes.ROOT.length())); // Quarkus's own

    assertThat(there).isEqualTo(listed);
  }

  private static String path(JavaClass type, JavaMethod method) {
    String own =
        method.tryGetAnnotationOfType(Path.class).map(path -> "/" + path.value()).orElse("");
    String whole = type.getAnnotationOfType(Path.class).value() + own;
    return withoutSlash(whole.substring(ApiRoutes.ROOT.length()).replace("//", "/"))
        .replaceAll("\\{([^}]*)}", ":$1");
  }

  private static String withoutSlash(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  @Test
  void theDocumentedElevenAreFirst() throws IOException {
    JsonNode listed = new ObjectMapper().readTree(call("GET", "").body()).path("data");
    String golden;
    try (var in = getClass().getResourceAsStream("/golden/A.txt")) {
      golden = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    JsonNode documented =
        new ObjectMapper().readTree(golden.substring(golden.indexOf('{'))).path("data");

    assertThat(documented).hasSize(11);
    for (int i = 0; i < documented.size(); i++) {
      assertThat(listed.get(i)).hasToString(documented.get(i).toString());
    }
  }

  @Test
  void eachListedOneIsThere() throws IOException {
    for (ApiEndpoint endpoint : ApiResources.ENDPOINTS.listed()) {
      if (endpoint.name().equals("login")) {
        continue; // Not listed without keys: ApiTokenTest.
      }
      String path =
          endpoint
              .path()
              .replace(":action", "restart")
              .replace(":section", "basic")
              .replace(":", "");
      boolean called = !NOT_CALLED.matcher(path).find();
      var answer = call(called ? endpoint.method() : "PATCH", path);

      // A client that is not online, a user or a bridge is 404, too, but not because of the path.
      boolean nobody = answer.text().matches("(?s).*\"code\":(105|112|115).*");
      assertThat(answer.status() != 404 || nobody).as("%s", endpoint).isTrue();
      assertThat(answer.status()).as("%s", endpoint).isBetween(200, 499);
    }
  }

  private RawHttp.Answer call(String method, String path) throws IOException {
    String request =
        method
            + " "
            + ApiRoutes.ROOT
            + path
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + HostileRequests.CREDENTIALS
            + "\r\n";
    return RawHttp.exchange(
        http.port(), request.getBytes(StandardCharsets.US_ASCII), ANSWER_MILLIS);
  }
}
