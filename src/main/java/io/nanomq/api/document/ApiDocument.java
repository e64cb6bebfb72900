package io.nanomq.api.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nanomq.api.ApiResources;
import io.nanomq.api.ClientsResource;
import io.nanomq.api.RetainedResource;
import io.nanomq.api.SubscriptionsResource;
import io.nanomq.api.TopicTreeResource;
import io.nanomq.api.access.BannedResource;
import io.nanomq.api.access.UsersResource;
import io.nanomq.api.json.ApiError;
import io.nanomq.api.json.ResultCode;
import io.nanomq.api.list.ListTable;
import io.nanomq.api.route.ApiEndpoint;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.access.Role;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/**
 * Adds to the OpenAPI document what no annotation tells, when the application is built: what all
 * operations have in common, what follows from the tables of lists, and examples.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class ApiDocument implements OASFilter {
  private static final String JSON = "application/json";
  private static final JsonMapper MAPPER = new JsonMapper();

  /** By the name of the operation. */
  private static final Map<String, ListTable<?>> LISTS =
      Map.ofEntries(
          Map.entry("list_clients", ClientsResource.TABLE),
          Map.entry("lookup_client", ClientsResource.TABLE),
          Map.entry("lookup_client_via_username", ClientsResource.TABLE),
          Map.entry("kickout_clients", ClientsResource.TABLE),
          Map.entry("list_subscriptions", SubscriptionsResource.TABLE),
          Map.entry("lookup_client_subscriptions", SubscriptionsResource.TABLE),
          Map.entry("match_subscriptions", SubscriptionsResource.MATCH),
          Map.entry("list_topic-tree", TopicTreeResource.TABLE),
          Map.entry("list_retained", RetainedResource.TABLE),
          Map.entry("list_banned", BannedResource.TABLE),
          Map.entry("list_users", UsersResource.TABLE));

  private final JsonNode examples = examples();

  private static JsonNode examples() {
    try (InputStream in = ApiDocument.class.getResourceAsStream("/openapi-examples.json")) {
      return MAPPER.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void filterOpenAPI(OpenAPI document) {
    var paths = OASFactory.createPaths();
    document
        .getPaths()
        .getPathItems()
        .forEach(
            (path, item) -> {
              if (ApiRoutes.covers(path)) {
                paths.addPathItem(path, item);
              }
            });
    paths.addPathItem(ApiRoutes.DOCUMENT, ownPath());
    document.paths(paths).tags(null);
    if (document.getComponents() == null) {
      document.components(OASFactory.createComponents());
    }
    document
        .getComponents()
        .addSecurityScheme("basic", scheme("basic"))
        .addSecurityScheme("bearer", scheme("bearer").bearerFormat("JWT"))
        .addSchema(
            "ApiError",
            ListDocument.schema(SchemaType.OBJECT)
                .addProperty("code", ListDocument.schema(SchemaType.INTEGER))
                .addProperty("message", ListDocument.schema(SchemaType.STRING)));
    document.security(
        List.of(
            OASFactory.createSecurityRequirement().addScheme("basic"),
            OASFactory.createSecurityRequirement().addScheme("bearer")));
    paths
        .getPathItems()
        .forEach(
            (path, item) ->
                item.getOperations()
                    .forEach((method, operation) -> complete(path, method.name(), operation)));
  }

  // The framework serves the document, so no method of ours tells of it.
  private static PathItem ownPath() {
    Schema words = ListDocument.schema(SchemaType.STRING);
    words.setEnumeration(List.of("JSON", "YAML"));
    var format =
        OASFactory.createParameter()
            .name("format")
            .in(Parameter.In.QUERY)
            .schema(words)
            .description("YAML where it is not given");
    Content content =
        OASFactory.createContent()
            .addMediaType(
                "application/yaml",
                OASFactory.createMediaType().schema(ListDocument.schema(SchemaType.STRING)));
    return OASFactory.createPathItem()
        .GET(
            OASFactory.createOperation()
                .operationId("get_openapi")
                .parameters(List.of(format))
                .responses(
                    OASFactory.createAPIResponses()
                        .addAPIResponse(
                            "200",
                            OASFactory.createAPIResponse()
                                .description("The document")
                                .content(content))));
  }

  private static SecurityScheme scheme(String name) {
    return OASFactory.createSecurityScheme().type(SecurityScheme.Type.HTTP).scheme(name);
  }

  private void complete(String path, String method, Operation operation) {
    String name = operation.getOperationId();
    ApiEndpoint endpoint =
        ApiResources.ENDPOINTS
            .named(name)
            .orElseThrow(() -> new IllegalStateException(path + " is not in ApiResources"));
    String[] segments = endpoint.path().split("/");
    operation
        .summary(endpoint.descr())
        .tags(List.of(segments.length > 1 ? segments[1] : "endpoints"));
    ListTable<?> table = LISTS.get(name);
    if (table != null) {
      list(operation, endpoint, new ListDocument(table));
    }
    JsonNode example = examples.path(name);
    if (!example.has("request")) {
      operation.requestBody(null); // what the scanner takes for one is the framework's context
    } else {
      example(operation.getRequestBody().getContent(), example.get("request"));
    }
    example(operation.getResponses().getAPIResponse("200").getContent(), example.get("answer"));
    errors(operation, endpoint);
  }

  private static void list(Operation operation, ApiEndpoint endpoint, ListDocument list) {
    boolean isRead = endpoint.method().equals("GET");
    if (endpoint.query() == null) {
      list.addQuery(operation, isRead);
    }
    if (isRead) {
      boolean ofLevels = endpoint.name().equals("list_topic-tree");
      operation
          .getResponses()
          .getAPIResponse("200")
          .content(
              OASFactory.createContent()
                  .addMediaType(JSON, OASFactory.createMediaType().schema(list.answer(ofLevels))));
    }
  }

  private static void example(Content content, JsonNode example) {
    for (MediaType media : content.getMediaTypes().values()) {
      media.example(example.isTextual() ? example.textValue() : example);
    }
  }

  private static void errors(Operation operation, ApiEndpoint endpoint) {
    List<String> all = new ArrayList<>(List.of("401/103", "401/104", "401/116", "429/103"));
    if (endpoint.query() != null) {
      all.add("400/108");
    }
    if (!endpoint.method().equals("GET")) {
      all.addAll(List.of("403/108", "413/108", "415/108"));
    }
    if (endpoint.role() != Role.VIEWER) {
      all.add("403/102");
    }
    Map<String, Object> extensions = operation.getExtensions();
    if (extensions != null && extensions.get(ApiRoutes.ERRORS) instanceof String own) {
      all.addAll(List.of(own.split(" ")));
      operation.removeExtension(ApiRoutes.ERRORS);
    }
    Map<String, Set<String>> codes = new TreeMap<>();
    all.forEach(
        each ->
            codes
                .computeIfAbsent(each.substring(0, 3), status -> new TreeSet<>())
                .add(each.substring(4)));
    var responses = operation.getResponses();
    codes.forEach((status, some) -> responses.addAPIResponse(status, error(some)));
    responses.defaultValue(
        OASFactory.createAPIResponse()
            .description("What the broker or its store could not do: 500, 503 or 409, code 101")
            .content(error(Set.of()).getContent()));
  }

  private static APIResponse error(Set<String> codes) {
    MediaType media =
        OASFactory.createMediaType().schema(OASFactory.createSchema().ref("ApiError"));
    List<String> told = new ArrayList<>();
    for (ResultCode result : ResultCode.values()) {
      String code = Integer.toString(result.code());
      if (codes.contains(code)) {
        JsonNode value = MAPPER.valueToTree(ApiError.of(result));
        media.addExample(code, OASFactory.createExample().summary(result.message()).value(value));
        told.add(code + " " + result.message());
      }
    }
    return OASFactory.createAPIResponse()
        .description(String.join("; ", told))
        .content(OASFactory.createContent().addMediaType(JSON, media));
  }
}
