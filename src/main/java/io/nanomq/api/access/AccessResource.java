package io.nanomq.api.access;

import io.nanomq.api.json.ApiResult;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.api.route.RequiredRole;
import io.nanomq.authz.AccessVerdict;
import io.nanomq.codec.TopicRules;
import io.nanomq.config.RunningConf;
import io.nanomq.control.RunningBroker;
import io.nanomq.control.access.Role;
import io.nanomq.packet.AccessAction;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;

/** {@code /api/v4/acl}: what the rules in force say, and which of them. */
@Path(ApiRoutes.ROOT + "/acl")
@Blocking // very many rules may be looked at
public class AccessResource {
  private final RunningBroker running;
  private final RunningConf conf;

  public AccessResource(RunningBroker running, RunningConf conf) {
    this.running = running;
    this.conf = conf;
  }

  @POST
  @Path("/check")
  @RequiredRole(Role.VIEWER)
  @Operation(
      operationId = "check_acl",
      summary = "May a client publish or subscribe",
      description =
          "The verdict of the rules in force, and the rule that decides. Nothing is done.")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109 400/115")
  public ApiResult<AccessAnswer> check(AccessQuestion question) {
    question.check(conf.current().mqtt());
    boolean isBrokersOwn =
        question.asked() == AccessAction.PUBLISH && TopicRules.isBrokersOwn(question.topic());
    AccessVerdict verdict =
        isBrokersOwn
            ? AccessVerdict.BROKERS_OWN
            : running
                .get()
                .accessPolicy()
                .decide(question.client(), question.asked(), question.topic());
    return ApiResult.of(AccessAnswer.of(verdict));
  }
}
