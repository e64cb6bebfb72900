package io.nanomq.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.api.route.ApiRoutes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What NanoMQ 0.25 lists leads somewhere here too: ApiEndpointsTest calls all that is listed. */
class LaterEndpointsTest {
  /** Answered 404 with another code there, too, where nothing of it is configured. */
  private static final List<String> NOT_PART_OF_THIS_BROKER = List.of("aws_bridge");

  /** They come with their APIs; each is called as soon as its first resource is listed. */
  private static final List<String> WITH_THEIR_API = List.of("/rules/");

  @Test
  void nothingThatIsListedThereIsMissingHere() throws IOException {
    String listed;
    try (var in = getClass().getResourceAsStream("/golden/endpoints-0.25.txt")) {
      listed = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    List<String> endpoints = listed.lines().toList();
    assertThat(endpoints).hasSize(41);
    for (String endpoint : endpoints) {
      String[] words = endpoint.split(" ", 2);
      boolean waits =
          WITH_THEIR_API.stream().anyMatch(root -> words[1].startsWith(root) && !isListed(root));
      if (!waits && NOT_PART_OF_THIS_BROKER.stream().noneMatch(endpoint::endsWith)) {
        assertThat(ApiResources.ENDPOINTS.at(ApiRoutes.ROOT + path(words[1])))
            .as(endpoint)
            .containsKey(words[0]);
      }
    }
  }

  private static boolean isListed(String root) {
    return ApiResources.ENDPOINTS.listed().stream().anyMatch(each -> each.path().startsWith(root));
  }

  private static String path(String listed) {
    String path = listed.replace(":", "x");
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
