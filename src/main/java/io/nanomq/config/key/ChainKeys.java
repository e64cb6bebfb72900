package io.nanomq.config.key;

import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.LIST;
import static io.nanomq.config.key.ConfType.PATH;
import static io.nanomq.config.key.ConfType.TEXT;
import static io.nanomq.config.key.ConfType.duration;
import static io.nanomq.config.key.ConfType.words;
import static io.nanomq.config.key.Effect.HOT;

import io.nanomq.config.key.value.Transport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys of the links of authentication, and of the listeners that have their own. */
final class ChainKeys {
  private static final long MIN_REFRESH = 1_000;

  private ChainKeys() {}

  static List<ConfKey> keys() {
    List<ConfKey> keys = new ArrayList<>();
    keys.add(
        HOT.key(
            "auth.links",
            LIST,
            "Which links of authentication are asked, in this order: users, http. The first that"
                + " knows the client decides, and at the end allow_anonymous does. Unset: all that"
                + " are configured, of which users only where allow_anonymous is false."));
    keys.add(
        HOT.key(
            "auth.revoked",
            words("disconnect", "keep"),
            "disconnect",
            "What happens to connected clients whom a change of users or links keeps out."));
    keys.add(
        HOT.key(
            "auth.certificate_user",
            words("off", "cn", "san", "subject"),
            "off",
            "Whether a client's certificate lets it in, and what of it is the user: the subject's "
                + "common name, the first alternative name, the whole subject. For listeners with "
                + "verify_peer."));
    tokens(keys);
    listeners(keys);
    return keys;
  }

  private static void listeners(List<ConfKey> keys) {
    for (Transport transport : Transport.values()) {
      String keyValue = AuthKeys.LISTENERS.get(transport);
      String hocon = "listeners." + transport.section() + ".";
      String section = "The listener's own auth.";
      keys.add(HOT.key(keyValue + "links", hocon + "auth.links", LIST, section + "links."));
      keys.add(
          HOT.key(
              keyValue + "allow_anonymous",
              hocon + "auth.allow_anonymous",
              BOOL,
              section + "allow_anonymous."));
      String named = "A further listener's own auth.";
      String other = hocon + "<name>.auth.";
      String unset = "; those of the listener above where unset.";
      keys.add(HOT.key("", other + "links", LIST, named + "links" + unset));
      keys.add(HOT.key("", other + "allow_anonymous", BOOL, named + "allow_anonymous" + unset));
    }
  }

  private static void tokens(List<ConfKey> keys) {
    String jwt = "auth.jwt.";
    String in =
        "JWT (RS256, ES256) of MQTT clients, in place of a password or as authentication data: ";
    token(keys, "keyfile", PATH, null, in + "public key, certificate or key set (JWKS).");
    token(
        keys,
        "jwks_url",
        ConfType.url("http", "https"),
        null,
        "Where the key set is, in place of keyfile.");
    token(keys, "cacertfile", PATH, null, "Whom to trust there; unset, the JDK's authorities.");
    token(
        keys, "bearer_file", PATH, null, "Token to show there, such as that of a service account.");
    token(
        keys,
        "refresh",
        duration(1000, MIN_REFRESH, Quantity.DAY),
        "60s",
        "How old keys may be before they are read anew; a key that is not known is looked for at"
            + " once.");
    token(keys, "audience", LIST, null, "Who a token has to be for, one of these.");
    token(keys, "issuer", TEXT, null, "Who has to have issued it.");
    token(
        keys,
        "clock_skew",
        duration(1000, 0, Quantity.HOUR),
        "30s",
        "How far the clocks of issuer and broker may be apart.");
    token(keys, "user_claim", TEXT, "sub", "Claim that is the user's name.");
    token(keys, "rules_claim", TEXT, "acl", "Claim with access rules of the client's own.");
    token(
        keys,
        "superuser_claim",
        TEXT,
        "superuser",
        "Claim that lets it do everything where it is true.");
    keys.add(
        HOT.key(
            "",
            jwt + "claims.<name>",
            TEXT,
            "What a further claim has to be; %c is the client, %u the user of CONNECT."));
  }

  private static void token(
      List<ConfKey> keys, String name, ConfType type, @Nullable String usual, String description) {
    keys.add(HOT.key("auth.jwt." + name, "auth.jwt." + name, type, usual, description));
  }
}
