package io.nanomq.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanomq.api.route.ApiRoutes;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * 403 says by its code who may not: the caller 102, the client that it asks for 101, a page 108.
 */
@QuarkusTest
class ApiForbiddenTest {
  @Inject LiveConf live;

  @ParameterizedTest
  @CsvSource({
    "get, /clients, ''",
    "get, /api_users, 102",
    "post, /acl/check, 108",
    "post, /users, '102, 108'",
    "delete, /clients/{clientid}, '102, 108'",
    "put, /api_users/{username}/password, '102, 108'",
    "post, /mqtt/publish, '101, 102, 108'"
  })
  void theDocumentSaysWhich(String method, String path, String codes) throws Exception {
    String text = live.admin().get(ApiRoutes.DOCUMENT + "?format=JSON").asString();
    JsonNode examples =
        new ObjectMapper()
            .readTree(text)
            .path("paths")
            .path(ApiRoutes.ROOT + path)
            .path(method)
            .path("responses")
            .path("403")
            .path("content")
            .path("application/json")
            .path("examples");
    Set<String> told = new TreeSet<>();
    examples.fieldNames().forEachRemaining(told::add);
    assertThat(String.join(", ", told)).isEqualTo(codes);
  }
}
