package io.nanomq.config;

import io.nanomq.config.document.ConfDocument;
import io.nanomq.config.document.KeyValueDocument;
import io.nanomq.config.document.KeyValueLine;
import io.nanomq.config.document.hocon.HoconDocument;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Texts to documents of the format that they are in. */
final class ConfText {
  private ConfText() {}

  /**
   * @param name name for messages
   * @throws ConfException where the text is no document of either format
   */
  static ConfDocument parse(String name, String text) throws ConfException {
    int known = FormatGuess.weigh(text);
    if (known == 0) {
      return undecided(name, text);
    }
    return known > 0 ? HoconDocument.parse(name, text) : KeyValueDocument.parse(name, text);
  }

  /** The format that can read it; key=value where both read the same. */
  private static ConfDocument undecided(String name, String text) throws ConfException {
    KeyValueDocument keyValue = KeyValueDocument.parse(name, text);
    Optional<ConfProblem> unreadable = keyValue.firstUnreadable();
    if (unreadable.isEmpty() && keyValue.lines().stream().noneMatch(ConfText::isListOrSection)) {
      return keyValue;
    }
    try {
      return HoconDocument.parse(name, text);
    } catch (ConfException e) {
      if (unreadable.isEmpty()) {
        return keyValue;
      }
      List<ConfProblem> both = new ArrayList<>();
      both.add(unreadable.get().readAs("key=value"));
      e.problems().forEach(problem -> both.add(problem.readAs("HOCON")));
      throw new ConfException(both);
    }
  }

  private static boolean isListOrSection(KeyValueLine line) {
    // As it is written: quoted, it is a text.
    int at = line.valueColumn() - 1;
    boolean looksSo = line.text().startsWith("[", at) || line.text().startsWith("{", at);
    return looksSo && !FormatGuess.isSingle(line.key());
  }
}
