package io.nanomq.config.setting;

import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.ConfType;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.key.value.ConfValueException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gives raw settings their types and lets later layers win. */
public final class EntryParser {
  private final SecretReferences secrets;
  private final List<ConfProblem> problems;
  private final Map<String, ConfEntry> entries = new LinkedHashMap<>();

  public EntryParser(SecretReferences secrets, List<ConfProblem> problems) {
    this.secrets = secrets;
    this.problems = problems;
  }

  /** Path to entry; in the order of the first mention. */
  public Map<String, ConfEntry> entries() {
    return entries;
  }

  public void add(List<RawSetting> settings) {
    settings.forEach(this::add);
  }

  private void add(RawSetting setting) {
    KeyMatch match = setting.match();
    ConfKey key = match.key();
    ConfOrigin origin = setting.origin();
    try {
      Object value = value(setting);
      ConfEntry entry = new ConfEntry(key, match.path(), value, setting.raw(), setting.shownAt());
      if (key.type() == ConfType.SECTION) {
        // Nothing reads what is in it: it is known by where it begins.
        entries.putIfAbsent(match.path(), entry);
      } else {
        entries.put(match.path(), entry);
      }
    } catch (ConfValueException e) {
      if (setting.parts().isEmpty() || !tellParts(setting)) {
        String shown = ConfProblem.shown(key, setting.raw());
        problems.add(ConfProblem.at(origin, shown, e.reason(), e.expected()));
      }
    }
  }

  /** Says which lines are wrong of those that a setting was put together from. */
  private boolean tellParts(RawSetting setting) {
    int before = problems.size();
    for (RawSetting part : setting.parts()) {
      try {
        value(part);
      } catch (ConfValueException e) {
        String shown = ConfProblem.shown(part.match().key(), part.raw());
        problems.add(ConfProblem.at(part.origin(), shown, e.reason(), e.expected()));
      }
    }
    return problems.size() > before;
  }

  /**
   * No value has a use for them, but a log line or a header is torn apart by them. Only SQL and the
   * payload of a will may have several lines.
   */
  private static String plain(ConfKey key, String text) throws ConfValueException {
    boolean isLong = key.hocon().endsWith(".sql") || key.hocon().endsWith(".payload");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isSpace = c == '\n' || c == '\r' || c == '\t';
      if (Character.isISOControl(c) && !(isLong && isSpace)) {
        throw new ConfValueException(
            "holds a control character", "a text of one line, without control characters");
      }
    }
    if (hasHalfCharacter(text)) {
      throw new ConfValueException("holds half of a character", "a text in Unicode");
    }
    return text;
  }

  /** A surrogate without the other one of its pair, which UTF-8 cannot say. */
  public static boolean hasHalfCharacter(String text) {
    return !StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private Object value(RawSetting setting) throws ConfValueException {
    ConfType type = setting.match().key().type();
    Syntax syntax = setting.origin().syntax();
    for (String name : setting.match().captures()) {
      plain(setting.match().key(), name);
    }
    if (type != ConfType.TOPIC) {
      secrets.requireKnown(setting, type.hasPlaceholders());
    }
    List<String> resolved = new ArrayList<>();
    for (String text : setting.texts()) {
      String said = type == ConfType.TOPIC ? text : secrets.resolve(text, type.hasPlaceholders());
      resolved.add(plain(setting.match().key(), said));
    }
    if (!setting.isList()) {
      if (type == ConfType.RULE) {
        AclRuleText.values(resolved.get(0));
      }
      return type.parse(resolved.get(0), syntax);
    }
    if (type instanceof ConfType.TextList list) {
      return list.checked(resolved);
    }
    if (type != ConfType.SECTION) {
      throw new ConfValueException("is a list", type.describe(syntax));
    }
    return setting.raw();
  }
}
