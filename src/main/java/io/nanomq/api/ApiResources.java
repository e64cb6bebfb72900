package io.nanomq.api;

import io.nanomq.api.access.AccessResource;
import io.nanomq.api.access.ApiKeysResource;
import io.nanomq.api.access.ApiUsersResource;
import io.nanomq.api.access.BannedResource;
import io.nanomq.api.access.UsersResource;
import io.nanomq.api.auth.LoginResource;
import io.nanomq.api.backup.BackupResource;
import io.nanomq.api.backup.TransferResource;
import io.nanomq.api.configuration.BridgesResource;
import io.nanomq.api.configuration.ConfigUpdateResource;
import io.nanomq.api.configuration.ConfigurationResource;
import io.nanomq.api.configuration.ReloadResource;
import io.nanomq.api.event.EventsResource;
import io.nanomq.api.event.TracesResource;
import io.nanomq.api.publish.MqttResource;
import io.nanomq.api.route.Endpoints;
import io.nanomq.api.rule.RulesResource;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** All resources of the API: one that is missing here cannot be reached. */
@Singleton
public class ApiResources {
  public static final Endpoints ENDPOINTS =
      new Endpoints(
          List.of(
              EndpointsResource.class,
              NodesResource.class,
              ClientsResource.class,
              KickResource.class,
              RedirectResource.class,
              SubscriptionsResource.class,
              TopicTreeResource.class,
              RetainedResource.class,
              AccessResource.class,
              RulesResource.class,
              ConfigurationResource.class,
              ReloadResource.class,
              BridgesResource.class,
              ConfigUpdateResource.class,
              CtrlResource.class,
              MqttResource.class,
              LogResource.class,
              MetricsResource.class,
              EventsResource.class,
              TracesResource.class,
              BannedResource.class,
              UsersResource.class,
              ApiUsersResource.class,
              ApiKeysResource.class,
              BackupResource.class,
              TransferResource.class,
              LoginResource.class));

  @Produces
  @Singleton
  static Endpoints endpoints() {
    return ENDPOINTS;
  }
}
