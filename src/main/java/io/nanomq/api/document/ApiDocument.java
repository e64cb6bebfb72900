package io.nanomq.api.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.nanomq.api.json.ApiError;
import io.nanomq.api.json.ResultCode;
import io.nanomq.api.list.ApiQuery;
import io.nanomq.api.list.Columns;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.api.route.Endpoint;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;
import org.jspecify.annotations.Nullable;

/**
 * Completes the OpenAPI document, when the application is built: the framework knows paths,
 * parameters and methods, {@link ApiOperation} knows the rest.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class ApiDocument implements OASFilter {
  /** Where the document is served. */
  public static final String PATH = ApiRoutes.DOCUMENT;

  private static final String JSON = "application/json";
  private static final Endpoint ROOT =
      new Endpoint("/", "list_endpoints", "GET", "A list of all endpoints");

  private static final String ABOUT =
      """
      Administers the broker. A success is 200 with `{"code":0,...}`, but for `/metrics` and \
      `/prometheus`; an error is its status with `{"code":N,"message":"..."}`. An unknown path is \
      404 with code 102, another method on a known path 405 with code 102. One slash at the end of \
      a path is accepted. 20 wrong logins from one address within a minute are answered 429 for the \
      rest of it.""";

  private final JsonNode examples = examples();

  private static JsonNode examples() {
    try (InputStream in = ApiDocument.class.getResourceAsStream("/openapi-examples.json")) {
      return Columns.MAPPER.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void filterOpenAPI(OpenAPI document) {
    document.info(OASFactory.createInfo().title("NanoMQ HTTP API").version("4").description(ABOUT));
    document.components(OASFactory.createComponents());
    document
        .getComponents()
        .addSecurityScheme("basic", scheme("basic"))
        .addSecurityScheme("bearer", scheme("bearer").bearerFormat("JWT"));
    document.security(
        List.of(
            OASFactory.createSecurityRequirement().addScheme("basic"),
            OASFactory.createSecurityRequirement().addScheme("bearer")));
    document.setTags(null);
    var schemas = new JsonSchemas(document.getComponents());
    Map<String, PathItem> paths = new TreeMap<>(document.getPaths().getPathItems());
    paths.keySet().removeIf(path -> !ApiRoutes.covers(path));
    var all = OASFactory.createPaths();
    paths.put(PATH, ownPath());
    paths.forEach(all::addPathItem);
    document.paths(all);
    paths.forEach(
        (path, item) ->
            item.getOperations()
                .forEach(
                    (method, operation) ->
                        complete(endpoint(method.name(), path), operation, schemas)));
  }

  // The framework serves the document, so no method of ours tells of it.
  private static PathItem ownPath() {
    Schema words = JsonSchemas.schema(Schema.SchemaType.STRING);
    words.setEnumeration(List.of("JSON", "YAML"));
    var format = OASFactory.createParameter().name("format").in(Parameter.In.QUERY).schema(words);
    return OASFactory.createPathItem()
        .GET(OASFactory.createOperation().parameters(List.of(format)));
  }

  private static SecurityScheme scheme(String name) {
    return OASFactory.createSecurityScheme().type(SecurityScheme.Type.HTTP).scheme(name);
  }

  /** The endpoint whose path is that template. */
  static Endpoint endpoint(String method, String template) {
    String path = template.substring(ApiRoutes.ROOT.length()).replaceAll("\\{(\\w+)}", ":$1");
    return Endpoint.ALL.stream()
        .filter(each -> each.method().equals(method))
        .filter(each -> each.path().replaceAll("/$", "").equals(path))
        .findFirst()
        .orElseGet(
            () -> {
              if (!path.isEmpty()) {
                throw new IllegalStateException(
                    method + " " + template + " is not in Endpoint.ALL");
              }
              return ROOT;
            });
  }

  private void complete(Endpoint endpoint, Operation operation, JsonSchemas schemas) {
    ApiOperation told = ApiOperation.ALL.get(endpoint.name());
    if (told == null) {
      throw new IllegalStateException(endpoint.name() + " is not in ApiOperation.ALL");
    }
    operation.operationId(endpoint.name()).description(endpoint.descr());
    if (operation.getSummary() == null || operation.getSummary().isEmpty()) {
      operation.summary(endpoint.descr());
    }
    String[] segments = endpoint.path().split("/");
    operation.tags(List.of(segments.length > 1 ? segments[1] : "endpoints"));
    if (endpoint.name().equals("login")) {
      operation.security(List.of(OASFactory.createSecurityRequirement().addScheme("basic")));
    }
    new ApiParameters(operation).complete(told);
    JsonNode example = examples.path(endpoint.name());
    operation.requestBody(null);
    Class<?> request = told.request();
    if (request != null) {
      String type = request == String.class ? "text/plain" : JSON;
      operation.requestBody(
          OASFactory.createRequestBody()
              .required(true)
              .content(content(type, schemas.of(request), example.get("request"))));
    }
    operation.responses(responses(endpoint, told, example.get("answer"), schemas));
  }

  private static APIResponses responses(
      Endpoint endpoint, ApiOperation told, @Nullable JsonNode example, JsonSchemas schemas) {
    var responses = OASFactory.createAPIResponses();
    String type =
        switch (told.shape()) {
          case TEXT -> "text/plain";
          case YAML -> "application/yaml";
          case EVENTS -> "text/event-stream";
          default -> JSON;
        };
    responses.addAPIResponse(
        "200",
        OASFactory.createAPIResponse()
            .description("Done")
            .content(content(type, answer(told, schemas), example)));
    List<String> errors = new ArrayList<>(List.of("401/104", "401/103", "401/116", "429/103"));
    errors.addAll(told.errors());
    if (ApiQuery.isChecked(endpoint.name()) && !errors.contains(ApiOperation.WRONG)) {
      errors.add(ApiOperation.WRONG);
    }
    if (!endpoint.method().equals("GET")) {
      errors.addAll(List.of("403/108", "413/108", "415/108"));
    }
    Schema error = schemas.of(ApiError.class);
    Map<String, List<String>> byStatus = new TreeMap<>();
    errors.forEach(
        each ->
            byStatus
                .computeIfAbsent(each.substring(0, 3), status -> new ArrayList<>())
                .add(each.substring(4)));
    byStatus.forEach((status, codes) -> responses.addAPIResponse(status, error(codes, error)));
    return responses.defaultValue(
        OASFactory.createAPIResponse()
            .description("What the broker or its store could not do: 500, 503 or 409, code 101")
            .content(content(JSON, error, null)));
  }

  private static Schema answer(ApiOperation told, JsonSchemas schemas) {
    Schema answer = schemas.of(told.answer());
    return switch (told.shape()) {
      case WHOLE, TEXT, YAML, EVENTS -> answer;
      case DATA -> schemas.wrapped(answer, false);
      case ELEMENTS -> schemas.wrapped(JsonSchemas.array(answer), told.list() != null);
      case LEVELS -> schemas.wrapped(JsonSchemas.array(JsonSchemas.array(answer)), true);
    };
  }

  private static APIResponse error(List<String> codes, Schema schema) {
    Content content = content(JSON, schema, null);
    List<String> told = new ArrayList<>();
    for (String code : codes) {
      ResultCode result =
          Arrays.stream(ResultCode.values())
              .filter(each -> code.equals(Integer.toString(each.code())))
              .findFirst()
              .orElseThrow();
      JsonNode value = Columns.MAPPER.valueToTree(ApiError.of(result));
      content
          .getMediaType(JSON)
          .addExample(code, OASFactory.createExample().summary(result.message()).value(value));
      told.add(code + " " + result.message());
    }
    return OASFactory.createAPIResponse().description(String.join("; ", told)).content(content);
  }

  private static Content content(String type, Schema schema, @Nullable JsonNode example) {
    MediaType media = OASFactory.createMediaType().schema(schema);
    if (example != null) {
      media.example(example.isTextual() ? example.textValue() : example);
    }
    return OASFactory.createContent().addMediaType(type, media);
  }
}
