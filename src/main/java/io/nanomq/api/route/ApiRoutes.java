package io.nanomq.api.route;

/** Paths that more than one class knows. */
public final class ApiRoutes {
  /** The root of the API, without a trailing slash. */
  public static final String ROOT = "/api/v4";

  /** Where a name and a password are exchanged for a token. */
  public static final String LOGIN = ROOT + "/login";

  /** Where Swagger UI is served, without a trailing slash. */
  public static final String UI = ROOT + "/ui";

  /** Where the OpenAPI document is served. */
  public static final String DOCUMENT = ROOT + "/openapi";

  /**
   * Extension of an operation that names its own errors, as {@code 400/107 404/112}: status and
   * code. What all operations have in common is not told again.
   */
  public static final String ERRORS = "x-errors";

  private ApiRoutes() {}

  /** Whether {@code path} belongs to the API, known or not. */
  public static boolean covers(String path) {
    return path.equals(ROOT) || path.startsWith(ROOT + "/");
  }

  /** Whether {@code path} is that of logins, which is not always there. */
  public static boolean isLogin(String path) {
    return path.equals(LOGIN) || path.equals(LOGIN + "/");
  }
}
