package io.nanomq.config;

import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.Support;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keys that this version does not carry out, one line for each section: a warning where that is
 * harmless, an error where a client would get in, or would be allowed to do, what the document
 * denies it.
 */
public record EffectCheck(ConfValues values) {
  private static final String IGNORED = "is accepted but not in effect in this version";
  private static final String REFUSED = "restricts clients and is not carried out in this version";
  private static final String RIGHT =
      "no such key: allow_anonymous, passwords and certificates are what keeps clients out";
  private static final String SOURCES = "authorization.sources.";

  List<ConfProblem> problems() {
    Map<String, List<ConfEntry>> ignored = new LinkedHashMap<>();
    Map<String, List<ConfEntry>> refused = new LinkedHashMap<>();
    for (ConfEntry entry : values.given().values()) {
      if (entry.key().inEffect() || saysNothing(entry)) {
        continue;
      }
      Map<String, List<ConfEntry>> kind = restricts(entry) ? refused : ignored;
      kind.computeIfAbsent(section(entry.key()), s -> new ArrayList<>()).add(entry);
    }
    List<ConfProblem> problems = new ArrayList<>();
    refused.forEach((section, entries) -> problems.add(problem(section, entries, REFUSED, RIGHT)));
    ignored.forEach(
        (section, entries) -> problems.add(problem(section, entries, IGNORED, "").asWarning()));
    return problems;
  }

  /** The default, and what is switched off; but a restriction may be one that is switched off. */
  private static boolean saysNothing(ConfEntry entry) {
    Object usual = ConfValues.defaultOf(entry.key());
    boolean isOff = entry.value().equals(Boolean.FALSE);
    boolean keepsOut = entry.key().support() == Support.REFUSED && Boolean.TRUE.equals(usual);
    return entry.value().equals(usual) || isOff && !keepsOut;
  }

  private boolean restricts(ConfEntry entry) {
    if (entry.key().support() != Support.REFUSED) {
      return false;
    }
    String id = entry.key().id();
    if (id.startsWith(SOURCES)) {
      String number = ConfValues.firstPart(entry.path().substring(SOURCES.length()));
      return values.bool(SOURCES + "<n>.enable", true, number);
    }
    return true;
  }

  private static ConfProblem problem(
      String section, List<ConfEntry> entries, String reason, String expected) {
    ConfEntry first = entries.get(0);
    int more = entries.size() - 1;
    String others = more == 0 ? "" : ", as are " + more + " more keys of " + section;
    String value = ConfProblem.shown(first.key(), first.raw());
    return ConfProblem.at(first.origin(), value, reason + others, expected);
  }

  private static String section(ConfKey key) {
    if (key.id().startsWith("auth.http")) {
      return "auth.http_auth";
    }
    String[] parts = key.id().split("\\.", -1);
    boolean isWide =
        List.of("auth", "authorization", "bridges", "mqtt", "rules").contains(parts[0]);
    return isWide && parts.length > 2 ? parts[0] + "." + parts[1] : parts[0];
  }
}
