package io.nanomq.config;

import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.ConfType;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Secrets are sent to the address that they were given for, and to no other: who may change an
 * address and not see the secret could have it sent to himself. With another address, or one that
 * is no longer proved by TLS, the secret has to be given anew.
 */
final class SecretKeepers {
  private static final String BRIDGE = "bridges.mqtt.<name>.";
  private static final String PLACE = "<name>";

  /** Headers that are in each example, and say nothing. */
  private static final Set<String> NO_SECRETS = Set.of("content-type", "accept");

  /**
   * What is sent to one address.
   *
   * @param places ids of what says where it goes, and whether TLS proves that it goes there
   * @param secrets ids of what is sent there
   */
  private record Keeper(Set<String> places, List<String> secrets) {}

  private static final List<Keeper> ALL = keepers();

  private final ConfValues stored;
  private final List<ConfEdit> edits;
  private final Set<String> given = new HashSet<>();

  /**
   * @param confirmed paths of secrets that were given, and are as they were
   */
  SecretKeepers(ConfValues stored, List<ConfEdit> edits, Set<String> confirmed) {
    this.stored = stored;
    this.edits = edits;
    given.addAll(confirmed);
    edits.forEach(edit -> given.add(edit.path()));
  }

  private static List<Keeper> keepers() {
    List<Keeper> all = new ArrayList<>();
    all.add(
        new Keeper(
            Set.of(BRIDGE + "server", BRIDGE + "ssl.enable", BRIDGE + "ssl.verify_peer"),
            List.of(BRIDGE + "password")));
    all.add(
        new Keeper(
            Set.of(BRIDGE + "proxy.host", BRIDGE + "proxy.port"),
            List.of(BRIDGE + "proxy.password")));
    all.add(
        new Keeper(
            Set.of("webhook.url", "webhook.ssl.verify_peer"), List.of("webhook.headers.<name>")));
    for (String request : List.of("auth_req", "super_req", "acl_req")) {
      String base = "auth.http_auth." + request + ".";
      all.add(new Keeper(Set.of(base + "url"), List.of(base + "headers.<name>")));
    }
    return all;
  }

  /**
   * Holds edits against what is stored.
   *
   * @throws ConfException for each secret that would go to where nobody has sent it before
   */
  void check() throws ConfException {
    List<ConfProblem> problems = new ArrayList<>();
    for (ConfEdit edit : edits) {
      for (Keeper keeper : ALL) {
        if (keeper.places().contains(edit.key().id()) && isElsewhere(edit)) {
          keeper.secrets().forEach(secret -> check(edit, secret, problems));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfException(problems);
    }
  }

  private void check(ConfEdit edit, String secret, List<ConfProblem> problems) {
    for (ConfEntry entry : entries(secret, edit.captures())) {
      boolean isKept = !given.contains(entry.path()) && !entry.value().equals("");
      if (isKept && !isNoSecret(entry)) {
        problems.add(
            ConfProblem.of(
                "request",
                entry.path(),
                "",
                "is kept for the address that it was given for, and "
                    + edit.path()
                    + " makes that another one",
                "the secret once more in the same request, or \"\" for none"));
      }
    }
  }

  private static boolean isNoSecret(ConfEntry entry) {
    String[] parts = entry.path().split("\\.");
    return NO_SECRETS.contains(parts[parts.length - 1].toLowerCase(Locale.ROOT));
  }

  private List<ConfEntry> entries(String secret, List<String> captures) {
    if (secret.endsWith(PLACE) && captures.isEmpty()) {
      return stored.below(secret.substring(0, secret.length() - PLACE.length()));
    }
    ConfKey key = KeyTable.get().byId(secret);
    ConfEntry entry = stored.given().get(KeyMatch.path(key, captures));
    return entry == null ? List.of() : List.of(entry);
  }

  private boolean isElsewhere(ConfEdit edit) {
    Object was = stored.value(edit.key().id(), edit.captures().toArray(String[]::new));
    Object now = edit.value() == null ? ConfValues.defaultOf(edit.key()) : edit.value();
    if (edit.key().type() == ConfType.BOOL) {
      return Boolean.TRUE.equals(was) && !Boolean.TRUE.equals(now);
    }
    return now != null && !origin(now).equals(origin(was));
  }

  /** Scheme, host and port of an address, as they are written. */
  private static String origin(@Nullable Object address) {
    String text = String.valueOf(address).toLowerCase(Locale.ROOT);
    int colon = text.indexOf("://");
    int start = colon < 0 ? 0 : colon + 3;
    int end = start;
    while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    int host = text.lastIndexOf('@', end - 1) + 1;
    return text.substring(0, start) + text.substring(Math.max(host, start), end);
  }
}
