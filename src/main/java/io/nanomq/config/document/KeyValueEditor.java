package io.nanomq.config.document;

import io.nanomq.config.key.KeyTable;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes lines of a key=value document and touches no other. A key that was there keeps its line;
 * a new one goes behind its last sister, else to the end, on a line of its own.
 */
final class KeyValueEditor {
  private final KeyValueDocument document;
  private final List<KeyValueLine> lines;
  private final String lineEnd;

  KeyValueEditor(KeyValueDocument document) {
    this.document = document;
    this.lines = new ArrayList<>(document.lines());
    this.lineEnd = lines.stream().anyMatch(l -> l.text().endsWith("\r\n")) ? "\r\n" : "\n";
  }

  KeyValueDocument apply(List<ConfEdit> edits) throws ConfException {
    List<ConfProblem> problems = new ArrayList<>();
    for (ConfEdit edit : edits) {
      List<String> names = edit.keyValueNames();
      Object value = edit.value();
      if (names.isEmpty()) {
        problems.add(
            ConfProblem.in(document.name(), edit.path() + " has no name in this format", "HOCON"));
      } else if (value == null) {
        lines.removeIf(line -> names.contains(line.key()) || isMapOf(line.key(), names));
      } else if (value instanceof List<?> list && !list.stream().allMatch(KeyValueEditor::isKept)) {
        problems.add(
            ConfProblem.in(
                document.name(),
                names.get(0)
                    + " cannot keep commas or surrounding blanks of an element in this format",
                "elements without them, or a HOCON document"));
      } else {
        set(names, KeyValueText.of(edit.key(), value));
      }
    }
    ConfException.throwIfAny(problems);
    return KeyValueDocument.of(document.name(), lines);
  }

  /** Whether an element of a list is the same when it is read again. */
  private static boolean isKept(Object element) {
    String text = String.valueOf(element);
    return text.indexOf(',') < 0 && !text.isBlank() && text.equals(text.strip());
  }

  /** Whether a line holds all entries of a map, of which one is named. */
  private static boolean isMapOf(String key, List<String> names) {
    return key.endsWith(UserProperties.MAP)
        && names.stream().anyMatch(name -> name.startsWith(key + "."));
  }

  private void set(List<String> names, String written) {
    String name = names.get(0);
    int last = -1;
    for (int i = 0; i < lines.size(); i++) {
      last = names.contains(lines.get(i).key()) ? i : last;
    }
    if (last < 0) {
      append(name, written);
      return;
    }
    lines.set(last, lines.get(last).withValue(written));
    if (KeyTable.get().byId("url").keyValue().equals(name)) {
      // Lines of url add up, so the other ones would still count.
      int kept = last;
      KeyValueLine line = lines.get(kept);
      lines.removeIf(other -> other != line && other.key().equals(name));
    }
  }

  private void append(String name, String written) {
    int at = 0;
    for (int i = 0; i < lines.size(); i++) {
      at = isSister(lines.get(i).key(), name) ? i + 1 : at;
    }
    at = at == 0 ? lines.size() : at;
    if (at > 0 && !lines.get(at - 1).text().endsWith("\n")) {
      KeyValueLine before = lines.get(at - 1);
      lines.set(at - 1, KeyValueLine.parse(before.text() + lineEnd));
    }
    lines.add(at, KeyValueLine.parse(name + "=" + written + lineEnd));
  }

  /** Keys of the same section: {@code tls.url} and {@code tls.enable}. */
  private static boolean isSister(String key, String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 && key.startsWith(name.substring(0, dot + 1));
  }
}
