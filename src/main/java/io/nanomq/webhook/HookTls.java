package io.nanomq.webhook;

import io.nanomq.backend.BackendTls;
import io.nanomq.config.model.WebhookConf;
import io.nanomq.tls.PemSource;
import io.vertx.core.http.HttpClientOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import org.jboss.logging.Logger;

/** Whom a webhook trusts, and what it shows. */
final class HookTls {
  private static final Logger LOG = Logger.getLogger(HookTls.class);
  private static final String ANYBODY = "false";

  private HookTls() {}

  /** Whether the server's certificate has to name somebody else than the address does. */
  static boolean isNamed(WebhookConf conf) {
    String name = conf.serverName();
    return !name.isEmpty() && !name.equals(ANYBODY) && !name.equals("true");
  }

  /** Reads files, so it blocks. Where they cannot be used, no server pleases. */
  static void secure(HttpClientOptions options, WebhookConf conf, PemSource pems) {
    try {
      BackendTls.secure(options, conf.tls(), pems);
      options.setVerifyHost(conf.tls().verifyPeer() && !conf.serverName().equals(ANYBODY));
      options.setTrustAll(!conf.tls().verifyPeer());
    } catch (IOException | GeneralSecurityException failure) {
      LOG.errorf("TLS files of webhook cannot be used: %s", failure.getMessage());
      BackendTls.trustNobody(options);
    }
  }
}
