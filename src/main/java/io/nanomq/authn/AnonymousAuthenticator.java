package io.nanomq.authn;

import io.nanomq.codec.ReasonCode;
import io.nanomq.packet.Connect;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Lets everybody in while {@code allow_anonymous} is true, and nobody otherwise. */
public final class AnonymousAuthenticator implements Authenticator {
  private final BooleanSupplier allowAnonymous;

  /**
   * @param allowAnonymous the configuration as it is now
   */
  public AnonymousAuthenticator(BooleanSupplier allowAnonymous) {
    this.allowAnonymous = allowAnonymous;
  }

  @Override
  public void authenticate(Connect connect, Consumer<ReasonCode> answer) {
    answer.accept(
        allowAnonymous.getAsBoolean() ? ReasonCode.SUCCESS : ReasonCode.BAD_USER_NAME_OR_PASSWORD);
  }
}
