package io.nanomq.api.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.api.ApiResources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiRoutesTest {
  private static final Endpoints ENDPOINTS = ApiResources.ENDPOINTS;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/brokers",
        "/brokers/",
        "/nodes/",
        "/clients",
        "/clients/",
        "/clients/a",
        "/clients/a/",
        "/clients/a%2Fb",
        "/clients/username/bob",
        "/clients/username/bob/",
        "/clients/username",
        "/subscriptions/%F0%9F%90%9D",
        "/topic-tree/"
      })
  void knownPathsWithOneTrailingSlashOrNone(String path) {
    assertThat(ENDPOINTS.at(ApiRoutes.ROOT + path)).containsKey("GET");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//",
        "//nodes",
        "/nodes//",
        "/nosuch",
        "/Nodes",
        "/nodes/1",
        "/clients/a/b",
        "/clients//a",
        "/clients/username/a/b",
        "/clients/..",
        "/clients/%2e%2E",
        "/clients/.",
        "/%6eodes",
        "/configuration/%73tatus",
        "/rules/%74est",
        "/clients/user%6eame/x",
        "/metric"
      })
  void everythingElseIsUnknown(String path) {
    assertThat(ENDPOINTS.at(ApiRoutes.ROOT + path)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "get"})
  void otherMethodsOnKnownPaths(String method) {
    for (String path : new String[] {ApiRoutes.ROOT, ApiRoutes.ROOT + "/nodes"}) {
      assertThat(ENDPOINTS.at(path)).containsOnlyKeys("GET").doesNotContainKey(method);
    }
  }

  @Test
  void theApiEndsAtItsPrefix() {
    assertThat(ApiRoutes.covers("/api/v4")).isTrue();
    assertThat(ApiRoutes.covers("/api/v4/x")).isTrue();
    assertThat(ApiRoutes.covers("/api/v4x")).isFalse();
    assertThat(ApiRoutes.covers("/api/v1/nodes")).isFalse();
    assertThat(ApiRoutes.covers("/")).isFalse();
  }
}
