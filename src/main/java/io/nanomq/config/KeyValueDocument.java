package io.nanomq.config;

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
public final class KeyValueDocument implements ConfDocument {
  private final String name;
  private final HashedText text;
  private final List<KeyValueLine> lines;

  private KeyValueDocument(String name, String text, List<KeyValueLine> lines) {
    this.name = name;
    this.text = new HashedText(text);
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
  public String name() {
    return name;
  }

  @Override
  public Syntax syntax() {
    return Syntax.KEY_VALUE;
  }

  @Override
  public String text() {
    return text.text();
  }

  @Override
  public String hash() {
    return text.hash();
  }

  @Override
  public boolean hasIncludes() {
    return false;
  }

  List<KeyValueLine> lines() {
    return lines;
  }

  /** The value that counts, that of the last line with this key. */
  public Optional<String> value(String key) {
    String value = null;
    for (KeyValueLine line : lines) {
      value = line.key().equals(key) ? line.value() : value;
    }
    return Optional.ofNullable(value);
  }

  @Override
  public List<RawSetting> settings(Map<String, String> environment, List<ConfProblem> problems) {
    Map<String, RawSetting> settings = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      KeyValueLine line = lines.get(i);
      if (line.isComment()) {
        continue;
      }
      ConfOrigin origin =
          new ConfOrigin(Layer.FILE, name, i + 1, line.valueColumn(), line.key(), Syntax.KEY_VALUE);
      if (line.key().isEmpty()) {
        problems.add(
            new ConfProblem(
                ConfProblem.Severity.ERROR,
                name,
                i + 1,
                1,
                "",
                "",
                "the line is not key=value",
                "key=value, or # in front of a comment"));
        continue;
      }
      Optional<KeyMatch> match = KeyTable.get().matchKeyValue(line.key());
      if (match.isEmpty()) {
        boolean isHelped = problems.size() < KeyTable.HELPED_NAMES;
        problems.add(unknown(i + 1, line, isHelped));
      } else {
        add(settings, RawSetting.of(match.get(), line.value(), origin));
      }
    }
    return List.copyOf(settings.values());
  }

  private ConfProblem unknown(int number, KeyValueLine line, boolean isHelped) {
    return new ConfProblem(
        ConfProblem.Severity.ERROR,
        name,
        number,
        line.keyColumn(),
        line.key(),
        "",
        "is not a known key",
        isHelped ? KeyTable.get().nearestKeyValue(line.key()) : "");
  }

  /** Several lines of listeners add up; of every other key the last one wins, as in NanoMQ. */
  private static void add(Map<String, RawSetting> settings, RawSetting setting) {
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
