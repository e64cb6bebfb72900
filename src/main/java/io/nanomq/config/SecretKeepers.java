package io.nanomq.config;

import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.key.ConfType;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import io.nanomq.config.setting.Destination;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Secrets are sent to the address that they were given for, and to no other: who may change an
 * address and not see the secret could have it sent to himself. With another address, or one that
 * TLS proves no longer, or by other authorities, the secret has to be given anew.
 */
final class SecretKeepers {
  /** Key of a file, of which another one in the same folder is another one. */
  private static final String AUTHORITIES = ".cacertfile";

  /** Headers that are in each example, and say nothing. */
  private static final Set<String> NO_SECRETS = Set.of("content-type", "accept");

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

  /**
   * Holds edits against what is stored.
   *
   * @throws ConfException for each secret that would go to where nobody has sent it before
   */
  void check() throws ConfException {
    List<ConfProblem> problems = new ArrayList<>();
    for (ConfEdit edit : edits) {
      if (!edit.key().placeOf().isEmpty() && isElsewhere(edit)) {
        Destination.all().stream()
            .filter(destination -> !isOfAList(destination))
            .filter(destination -> destination.places().contains(edit.key()))
            .forEach(destination -> check(edit, destination, problems));
      }
    }
    ConfException.throwIfAny(problems);
  }

  /** What is in a list moves up; whoever edits a list knows what was which. */
  private static boolean isOfAList(Destination destination) {
    return destination.section().endsWith("<n>");
  }

  private void check(ConfEdit edit, Destination destination, List<ConfProblem> problems) {
    for (ConfEntry entry : stored.below(destination.pathOf(edit.path()) + ".")) {
      boolean isKept =
          destination.secrets().contains(entry.key())
              && !given.contains(entry.path())
              && !entry.value().equals("");
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

  private boolean isElsewhere(ConfEdit edit) {
    Object was = stored.value(edit.key().id(), edit.captures().toArray(String[]::new));
    Object now = edit.value() == null ? ConfValues.defaultOf(edit.key()) : edit.value();
    if (edit.key().type() == ConfType.BOOL) {
      return Boolean.TRUE.equals(was) && !Boolean.TRUE.equals(now);
    }
    if (edit.key().id().endsWith(AUTHORITIES)) {
      return !Objects.equals(now, was); // other authorities, or those of the JDK again
    }
    return now != null && !origins(was).containsAll(origins(now));
  }

  private static List<String> origins(@Nullable Object addresses) {
    List<?> all = addresses instanceof List<?> list ? list : Arrays.asList(addresses);
    return all.stream().map(SecretKeepers::origin).toList();
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
