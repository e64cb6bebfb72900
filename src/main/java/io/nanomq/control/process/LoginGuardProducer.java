package io.nanomq.control.process;

import io.nanomq.authn.LoginGuard;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** The count of failed logins to the HTTP API. */
public class LoginGuardProducer {

  @Produces
  @Singleton
  LoginGuard logins(Clock clock) {
    return new LoginGuard(clock);
  }
}
