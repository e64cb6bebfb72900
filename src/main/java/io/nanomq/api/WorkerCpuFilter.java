package io.nanomq.api;

import io.nanomq.http.ApiShare;
import io.vertx.core.Context;
import jakarta.inject.Singleton;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Accounts for requests that are worked on by threads which others need as well: bodies of
 * megabytes, and whatever blocks.
 */
@Singleton
public class WorkerCpuFilter {
  private final ApiShare share;

  public WorkerCpuFilter(ApiShare share) {
    this.share = share;
  }

  @ServerResponseFilter
  public void answered() {
    if (!Context.isOnEventLoopThread()) {
      share.charge();
    }
  }
}
