package io.nanomq.api.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.api.ApiResources;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests are counted under the name of their endpoint, and under no name of the caller's. */
class CountedPathsTest {
  private static final String BINDER = "quarkus.micrometer.binder.http-server.";

  private final Properties properties = read();

  private static Properties read() {
    Properties properties = new Properties();
    try (InputStream in = CountedPathsTest.class.getResourceAsStream("/application.properties")) {
      properties.load(in);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return properties;
  }

  static List<String> paths() {
    return ApiResources.ENDPOINTS.listed().stream()
        .map(ApiEndpoint::path)
        .distinct()
        .map(path -> path.replaceAll(":\\w+", "anything"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("paths")
  void eachEndpointIsCountedUnderItsName(String path) {
    String name = path.length() > 1 ? "/" + path.split("/")[1] : "/";
    String counted = counted(ApiRoutes.ROOT + path);
    assertThat(counted).isIn(ApiRoutes.ROOT + name, ApiRoutes.ROOT + name + "/");
    assertThat(isIgnored(counted)).as(counted).isFalse();
  }

  @Test
  void whatIsNoEndpointIsNot() {
    assertThat(isIgnored(counted(ApiRoutes.ROOT + "/invented"))).isTrue();
    assertThat(isIgnored(counted(ApiRoutes.ROOT + "/rulesx/1"))).isTrue();
    assertThat(isIgnored(counted("/invented"))).isTrue();
  }

  private String counted(String path) {
    return Arrays.stream(properties.getProperty(BINDER + "match-patterns").split(","))
        .map(rule -> rule.strip().split("="))
        .filter(rule -> path.matches(rule[0]))
        .map(rule -> rule[1])
        .findFirst()
        .orElse(path);
  }

  private boolean isIgnored(String path) {
    return path.matches(properties.getProperty(BINDER + "ignore-patterns"));
  }
}
