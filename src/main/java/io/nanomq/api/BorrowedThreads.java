package io.nanomq.api;

import io.nanomq.http.ApiShare;
import io.vertx.core.Context;
import jakarta.inject.Singleton;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Accounts for requests that are worked on by threads which others need as well: bodies of
 * megabytes, and whatever blocks. Those threads do not rest; the API's loop does it for them.
 */
@Singleton
public class BorrowedThreads {
  private final ApiShare share;

  public BorrowedThreads(ApiShare share) {
    this.share = share;
  }

  @ServerResponseFilter
  public void answered() {
    if (!Context.isOnEventLoopThread()) {
      share.charge();
    }
  }
}
