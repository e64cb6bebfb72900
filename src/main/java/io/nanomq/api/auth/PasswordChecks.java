package io.nanomq.api.auth;

import io.nanomq.loop.BlockingWork;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at passwords whose hash takes long, on purpose: one at a time on a thread of their own, so
 * that neither event loops nor what else is off them wait. Safe for any thread.
 */
final class PasswordChecks implements AutoCloseable {
  private static final int MOST_WAITING = 256;

  private final BlockingWork work = new BlockingWork("nanomq-api-passwords", 1, MOST_WAITING);

  /**
   * Has one looked at, unless there is no hope for its caller by then.
   *
   * @param check throws {@link AuthenticationFailedException} for a wrong one
   * @return fails like that as well where too many wait
   */
  Uni<SecurityIdentity> of(ApiCaller caller, Supplier<SecurityIdentity> check) {
    Context context = Vertx.currentContext();
    return Uni.createFrom()
        .emitter(
            answer ->
                work.submit(
                    caller.address(),
                    BlockingWork.Work.of(
                        () -> check(caller, check, answer, context),
                        () ->
                            tell(
                                context, () -> answer.fail(new AuthenticationFailedException())))));
  }

  private static void check(
      ApiCaller caller,
      Supplier<SecurityIdentity> check,
      UniEmitter<? super SecurityIdentity> answer,
      @Nullable Context context) {
    try {
      if (caller.isHopeless().getAsBoolean()) {
        throw new AuthenticationFailedException();
      }
      SecurityIdentity identity = check.get();
      tell(context, () -> answer.complete(identity));
    } catch (RuntimeException failure) {
      tell(context, () -> answer.fail(failure));
    }
  }

  private static void tell(@Nullable Context context, Runnable answer) {
    if (context == null) {
      answer.run();
    } else {
      context.runOnContext(here -> answer.run());
    }
  }

  @Override
  public void close() {
    work.close();
  }
}
