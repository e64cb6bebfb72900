package io.nanomq.config.document;

import io.nanomq.config.key.ConfType;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.key.Support;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfOrigin;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.Layer;
import io.nanomq.config.setting.RawSetting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The format of NanoMQ 0.8: one {@code key=value} a line. As there, blanks and tabs are dropped
 * wherever they stand, also inside values, and the last line of a key wins. New here: a value in
 * double quotes is a JSON string, which keeps its blanks.
 */
public final class KeyValueDocument extends HashedDocument {
  private final List<KeyValueLine> lines;

  private KeyValueDocument(String name, String text, List<KeyValueLine> lines) {
    super(name, text);
    this.lines = List.copyOf(lines);
  }

  static KeyValueDocument of(String name, List<KeyValueLine> lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.text()));
    return new KeyValueDocument(name, text.toString(), lines);
  }

  /** Any text is a document; what is wrong in it shows when its settings are read. */
  public static KeyValueDocument parse(String name, String text) {
    List<KeyValueLine> lines = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end + 1;
      lines.add(KeyValueLine.parse(text.substring(start, end)));
      start = end;
    }
    return new KeyValueDocument(name, text, lines);
  }

  @Override
  public Syntax syntax() {
    return Syntax.KEY_VALUE;
  }

  @Override
  public boolean isEmpty() {
    return lines.stream().allMatch(KeyValueLine::isComment);
  }

  public List<KeyValueLine> lines() {
    return lines;
  }

  @Override
  public List<RawSetting> settings(Map<String, String> environment, List<ConfProblem> problems) {
    Map<String, RawSetting> settings = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      KeyValueLine line = lines.get(i);
      if (line.isComment()) {
        continue;
      }
      if (line.key().isEmpty()) {
        problems.add(unreadable(i + 1));
        continue;
      }
      Optional<KeyMatch> match = KeyTable.get().matchKeyValue(line.key());
      if (line.key().endsWith(UserProperties.MAP)) {
        addMap(settings, line, i + 1, problems);
      } else if (match.isEmpty()) {
        boolean isHelped = problems.size() < KeyTable.HELPED_NAMES;
        problems.add(unknown(i + 1, line, isHelped));
      } else {
        add(settings, setting(match.get(), line, i + 1));
      }
    }
    return List.copyOf(settings.values());
  }

  /** Each entry of the map is a setting of its own. */
  private void addMap(
      Map<String, RawSetting> settings, KeyValueLine line, int number, List<ConfProblem> problems) {
    Map<String, String> map = UserProperties.read(line.value());
    if (map == null) {
      problems.add(
          ConfProblem.at(
              origin(line, number, line.valueColumn()),
              line.value(),
              "is no map of texts",
              "{\"name\":\"value\"}"));
      return;
    }
    for (Map.Entry<String, String> entry : map.entrySet()) {
      Optional<KeyMatch> match = KeyTable.get().matchKeyValue(line.key() + "." + entry.getKey());
      if (match.isEmpty()) {
        problems.add(unknown(number, line, problems.size() < KeyTable.HELPED_NAMES));
        return;
      }
      ConfOrigin origin = origin(line, number, line.valueColumn());
      add(settings, RawSetting.of(match.get(), entry.getValue(), origin));
    }
  }

  /** The first line that is neither key=value, with a name that could be one, nor a comment. */
  public Optional<ConfProblem> firstUnreadable() {
    for (int i = 0; i < lines.size(); i++) {
      KeyValueLine line = lines.get(i);
      boolean isName = line.key().indexOf('{') < 0 && line.key().indexOf('"') < 0;
      if (!line.isComment() && (line.key().isEmpty() || !isName)) {
        return Optional.of(unreadable(i + 1));
      }
    }
    return Optional.empty();
  }

  private ConfProblem unreadable(int number) {
    return ConfProblem.in(
        name(), number, 1, "the line is not key=value", "key=value, or # in front of a comment");
  }

  private RawSetting setting(KeyMatch match, KeyValueLine line, int number) {
    // What is refused is the key, whatever its value.
    boolean isKey = match.key().support() == Support.REFUSED;
    int column = isKey ? line.keyColumn() : line.valueColumn();
    // Nothing reads what is in a section, which may hold passwords.
    String text = match.key().type() == ConfType.SECTION ? "{...}" : line.value();
    return RawSetting.of(match, text, origin(line, number, column));
  }

  private ConfOrigin origin(KeyValueLine line, int number, int column) {
    return new ConfOrigin(Layer.FILE, name(), number, column, line.key(), Syntax.KEY_VALUE);
  }

  private ConfProblem unknown(int number, KeyValueLine line, boolean isHelped) {
    String hint = isHelped ? KeyTable.get().hintKeyValue(line.key()) : "";
    return ConfProblem.at(origin(line, number, line.keyColumn()), "", "is not a known key", hint);
  }

  /** Several lines of listeners add up; of every other key the last one wins, as in NanoMQ. */
  private static void add(Map<String, RawSetting> settings, RawSetting setting) {
    if (setting.match().key().type() == ConfType.SECTION) {
      settings.putIfAbsent(setting.match().path(), setting);
      return;
    }
    RawSetting earlier = settings.remove(setting.match().path());
    if (earlier != null && setting.match().key().type() == ConfType.URLS) {
      settings.put(setting.match().path(), earlier.with(setting));
    } else {
      settings.put(setting.match().path(), setting);
    }
  }

  @Override
  public KeyValueDocument with(List<ConfEdit> edits) throws ConfException {
    return new KeyValueEditor(this).apply(edits);
  }
}
