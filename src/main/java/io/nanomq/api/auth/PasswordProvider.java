package io.nanomq.api.auth;

import io.nanomq.config.RunningConf;
import io.nanomq.config.model.HttpServerConf;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.UsernamePasswordAuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.function.Supplier;

/** Knows the one user of the API, whom the running configuration names. */
@Singleton
public class PasswordProvider implements IdentityProvider<UsernamePasswordAuthenticationRequest> {
  private final Supplier<HttpServerConf> conf;

  @Inject
  public PasswordProvider(RunningConf conf) {
    this(() -> conf.current().httpServer());
  }

  PasswordProvider(Supplier<HttpServerConf> conf) {
    this.conf = conf;
  }

  @Override
  public Class<UsernamePasswordAuthenticationRequest> getRequestType() {
    return UsernamePasswordAuthenticationRequest.class;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      UsernamePasswordAuthenticationRequest request, AuthenticationRequestContext context) {
    String given = request.getUsername() + ":" + new String(request.getPassword().getPassword());
    if (!matches(given, conf.get())) {
      return Uni.createFrom().failure(new AuthenticationFailedException());
    }
    return Uni.createFrom()
        .item(
            QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(request.getUsername()))
                .build());
  }

  // One comparison of the whole pair, in a time that tells neither name nor password. An empty pair
  // in the configuration would be guessed at once, so it opens nothing.
  private static boolean matches(String given, HttpServerConf conf) {
    if (conf.username().isEmpty() || conf.password().isEmpty()) {
      return false;
    }
    String expected = conf.username() + ":" + conf.password();
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }
}
