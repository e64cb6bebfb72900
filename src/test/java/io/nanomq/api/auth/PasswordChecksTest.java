package io.nanomq.api.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PasswordChecksTest {
  private static final SecurityIdentity SOMEBODY =
      QuarkusSecurityIdentity.builder().setPrincipal(new QuarkusPrincipal("somebody")).build();

  private final PasswordChecks checks = new PasswordChecks();
  private final CountDownLatch open = new CountDownLatch(1);
  private final AtomicInteger checked = new AtomicInteger();

  @AfterEach
  void close() {
    open.countDown();
    checks.close();
  }

  private SecurityIdentity check() {
    checked.incrementAndGet();
    try {
      open.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return SOMEBODY;
  }

  private CompletableFuture<SecurityIdentity> ask(ApiCaller caller) {
    return checks.of(caller, this::check).subscribeAsCompletionStage();
  }

  private static void assertFails(CompletableFuture<SecurityIdentity> answer) {
    assertThatThrownBy(() -> answer.get(60, TimeUnit.SECONDS))
        .hasCauseInstanceOf(AuthenticationFailedException.class);
  }

  @Test
  void onePasswordIsLookedAtAtATime() throws Exception {
    var first = ask(ApiCaller.UNKNOWN);
    var second = ask(ApiCaller.UNKNOWN);
    open.countDown();
    assertThat(first.get(60, TimeUnit.SECONDS)).isSameAs(SOMEBODY);
    assertThat(second.get(60, TimeUnit.SECONDS)).isSameAs(SOMEBODY);
    assertThat(checked).hasValue(2);
  }

  @Test
  void whoHasNoHopeWhenItsTurnComesCostsNothing() throws Exception {
    var first = ask(new ApiCaller("a", () -> false));
    var gone = ask(new ApiCaller("a", () -> true));
    open.countDown();
    first.get(60, TimeUnit.SECONDS);
    assertFails(gone);
    assertThat(checked).hasValue(1);
  }

  @Test
  void whatWaitsHasABoundAndOneAddressDoesNotTakeAllOfIt() throws Exception {
    List<CompletableFuture<SecurityIdentity>> many = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      many.add(ask(new ApiCaller("attacker", () -> false)));
    }
    var honest = ask(new ApiCaller("honest", () -> false));
    long refused = many.stream().filter(CompletableFuture::isCompletedExceptionally).count();
    assertThat(refused).isBetween(740L, 750L);
    open.countDown();
    assertThat(honest.get(60, TimeUnit.SECONDS)).isSameAs(SOMEBODY);
  }

  @Test
  void aWrongPasswordFails() {
    Uni<SecurityIdentity> wrong =
        checks.of(
            ApiCaller.UNKNOWN,
            () -> {
              throw new AuthenticationFailedException();
            });
    assertFails(wrong.subscribeAsCompletionStage());
  }
}
