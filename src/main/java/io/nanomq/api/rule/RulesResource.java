package io.nanomq.api.rule;

import io.nanomq.api.json.ApiDone;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ApiResult;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.Reconciler;
import io.nanomq.control.RunningBroker;
import io.nanomq.rule.RuleStatus;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.jboss.resteasy.reactive.RestPath;

/**
 * {@code /api/v4/rules}: rules are kept in the document and are in force when the answer comes. A
 * rule is named by its number, with {@code rule:} in front or without.
 */
@Path(ApiRoutes.ROOT + "/rules")
public class RulesResource {
  private static final Pattern ID = Pattern.compile("(?:rule:)?(\\d{1,7})");

  private final RunningBroker running;
  private final Reconciler reconciler;
  private final Clock clock;

  public RulesResource(RunningBroker running, Reconciler reconciler, Clock clock) {
    this.running = running;
    this.reconciler = reconciler;
    this.clock = clock;
  }

  @GET
  @Operation(operationId = "list_rules", summary = "Get rule list")
  public ApiResult<List<RuleView>> list() {
    return ApiResult.of(
        running.get().integrations().rules().status().stream().map(this::shown).toList());
  }

  @GET
  @Path("/{ruleid}")
  @Operation(operationId = "get_rule_details", summary = "Get the details of a rule")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108")
  public ApiResult<RuleView> get(@RestPath String ruleid) {
    return ApiResult.of(shown(status(id(ruleid))));
  }

  @POST
  @Blocking
  @Operation(operationId = "create_rule", summary = "Create a rule and return the rule ID")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109 400/111")
  public CompletionStage<RuleChanged> add(RuleRequest rule) {
    rule.requiredSql();
    rule.requiredAction();
    int[] id = {0};
    return reconciler
        .applyOnly(
            loaded -> {
              // Of what runs once its turn has come: others add rules at the same time.
              id[0] = id[0] == 0 ? RulePatch.nextId(loaded) : id[0];
              return RulePatch.add(loaded, id[0], rule);
            })
        .thenApply(report -> RuleChanged.of(shown(status(id[0]))));
  }

  @PUT
  @Path("/{ruleid}")
  @Blocking
  @Operation(operationId = "update_rule", summary = "Update the rule and return the rule ID")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109 400/111")
  public CompletionStage<RuleChanged> change(@RestPath String ruleid, RuleRequest rule) {
    int id = id(ruleid);
    return reconciler
        .applyOnly(loaded -> RulePatch.change(loaded, id, rule))
        .thenApply(report -> RuleChanged.of(shown(status(id))));
  }

  @DELETE
  @Path("/{ruleid}")
  @Blocking
  @Operation(operationId = "delete_rule", summary = "Delete the rule")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108")
  public CompletionStage<ApiDone> remove(@RestPath String ruleid) {
    int id = status(id(ruleid)).conf().id();
    return reconciler
        .applyOnly(loaded -> RulePatch.remove(loaded, id))
        .thenApply(report -> ApiDone.DONE);
  }

  // A megabyte of JSON takes longer than a loop may be held up.
  @POST
  @Path("/test")
  @Blocking
  @Operation(
      operationId = "test_rule",
      summary = "What a query makes of a message",
      description = "Nothing is published, and nothing is kept")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109")
  public ApiResult<RuleTrial.Outcome> test(RuleTrial trial) {
    int maxLevels = reconciler.running().conf().mqtt().client().maxTopicLevels();
    return ApiResult.of(trial.run(clock.instant().getEpochSecond(), maxLevels));
  }

  private RuleView shown(RuleStatus status) {
    return RuleView.of(status, reconciler.running().values());
  }

  private RuleStatus status(int id) {
    return running.get().integrations().rules().status().stream()
        .filter(each -> each.conf().id() == id)
        .findFirst()
        .orElseThrow(() -> RulePatch.unknown(id));
  }

  private static int id(String path) {
    Matcher matcher = ID.matcher(path);
    if (!matcher.matches()) {
      throw ApiException.badParameter("No number of a rule: " + path);
    }
    return Integer.parseInt(matcher.group(1));
  }
}
