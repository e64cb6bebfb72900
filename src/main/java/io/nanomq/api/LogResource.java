package io.nanomq.api;

import io.nanomq.api.json.ApiDone;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ApiResult;
import io.nanomq.api.json.JsonBody;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.log.CategoryLevels;
import io.nanomq.log.LogLevels;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.util.Map;
import java.util.logging.Level;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jspecify.annotations.Nullable;

/** {@code /api/v4/log}: what is logged, until the process ends. */
@Path(ApiRoutes.ROOT + "/log")
public class LogResource {
  /** What may be a category: packages and classes. */
  private static final String CATEGORY = "[A-Za-z][A-Za-z0-9_$.]{0,127}";

  private final CategoryLevels levels = new CategoryLevels();

  /**
   * What is logged.
   *
   * @param level of all categories that have none of their own
   * @param categories those that were given one by the API
   */
  public record Levels(String level, Map<String, String> categories) {}

  /**
   * A change.
   *
   * @param level trace, debug, info, warn, error or fatal; null = as the category above
   * @param category null = all that have none of their own
   */
  public record Change(@Nullable String level, @Nullable String category) {}

  @GET
  @Operation(operationId = "get_log_levels", summary = "Show log levels")
  public ApiResult<Levels> get() {
    return ApiResult.of(new Levels(levels.root(), levels.all()));
  }

  @PUT
  @Path("/level")
  @Operation(
      operationId = "set_log_level",
      summary = "Set the log level of all, or of one category",
      description = "Until the process ends, or for all until a configuration changes log.level")
  @RequestBody(content = @Content(schema = @Schema(implementation = Change.class)))
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109")
  public ApiDone set(byte[] body) {
    Change change = JsonBody.read(body, Change.class);
    String category = change.category() == null ? "" : change.category();
    if (!category.isEmpty() && !category.matches(CATEGORY)) {
      throw ApiException.wrongField("category");
    }
    if (change.level() == null && category.isEmpty()) {
      throw ApiException.missing("level");
    }
    if (!levels.set(category, level(change.level()))) {
      throw ApiException.badParameter(
          "More than " + CategoryLevels.MOST + " categories with a level of their own");
    }
    return ApiDone.DONE;
  }

  private static @Nullable Level level(@Nullable String name) {
    Level level = name == null ? null : LogLevels.find(name);
    if (name != null && level == null) {
      throw ApiException.wrongField("level");
    }
    return level;
  }
}
