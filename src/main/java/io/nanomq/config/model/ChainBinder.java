package io.nanomq.config.model;

import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.ChainConf.TokenConf;
import io.nanomq.config.setting.ConfValues;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Settings to {@link ChainConf}. */
final class ChainBinder {
  private static final String LINKS = "auth.links";
  private static final String JWT = "auth.jwt.";
  private static final String ANONYMOUS = "auth.allow_anonymous";

  private final ConfValues values;
  private final Map<String, ChainConf.OfListener> listeners = new HashMap<>();

  private ChainBinder(ConfValues values) {
    this.values = values;
  }

  static ChainConf bind(ConfValues values) {
    ChainBinder binder = new ChainBinder(values);
    for (Transport transport : Transport.values()) {
      binder.section(transport);
    }
    return new ChainConf(
        values.list(LINKS),
        binder.listeners,
        values.text("auth.revoked").equals("disconnect"),
        token(values),
        values.text("auth.certificate_user"));
  }

  private static TokenConf token(ConfValues values) {
    return new TokenConf(
        values.text(JWT + "keyfile"),
        values.text(JWT + "jwks_url"),
        values.text(JWT + "cacertfile"),
        values.text(JWT + "bearer_file"),
        values.number(JWT + "refresh"),
        values.list(JWT + "audience"),
        values.text(JWT + "issuer"),
        (int) TimeUnit.MILLISECONDS.toSeconds(values.number(JWT + "clock_skew")),
        new TokenConf.Claims(
            values.text(JWT + "user_claim"),
            values.text(JWT + "rules_claim"),
            values.text(JWT + "superuser_claim")),
        values.texts(JWT + "claims."));
  }

  /** What a named listener has not itself is that of its section. */
  private void section(Transport transport) {
    String section = transport.section();
    String base = "listeners." + section + ".";
    List<String> links = values.list(base + LINKS);
    Boolean anonymous = flag(base + ANONYMOUS);
    add(section, links, anonymous);
    for (String name : ListenerBinder.names(values, transport)) {
      String own = base + "<name>.";
      Boolean ownAnonymous = flag(own + ANONYMOUS, name);
      add(
          section + "." + name,
          values.isGiven(own + LINKS, name) ? values.list(own + LINKS, name) : links,
          ownAnonymous == null ? anonymous : ownAnonymous);
    }
  }

  private void add(String listener, List<String> links, @Nullable Boolean anonymous) {
    if (!links.isEmpty() || anonymous != null) {
      listeners.put(listener, new ChainConf.OfListener(links, anonymous));
    }
  }

  private @Nullable Boolean flag(String id, String... captures) {
    return values.isGiven(id, captures) ? values.bool(id, captures) : null;
  }
}
