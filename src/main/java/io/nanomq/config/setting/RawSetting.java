package io.nanomq.config.setting;

import io.nanomq.config.key.ConfType;
import io.nanomq.config.key.KeyMatch;
import java.util.ArrayList;
import java.util.List;

/**
 * A known key and the text that a source gives it, before types and secrets.
 *
 * @param match the row and its placeholders
 * @param texts one text, or the elements of a list
 * @param isList whether the source had a list
 * @param origin where it was written
 * @param parts what was put together from several lines; empty where it stands on one
 * @param shown the texts as they may be shown: with references in place of what is not the source's
 *     own
 * @param shownAt where it is said to be written: at the reference, whether or not that leads to
 *     anything
 */
public record RawSetting(
    KeyMatch match,
    List<String> texts,
    boolean isList,
    ConfOrigin origin,
    List<RawSetting> parts,
    List<String> shown,
    ConfOrigin shownAt) {
  public RawSetting {
    texts = List.copyOf(texts);
    parts = List.copyOf(parts);
    shown = List.copyOf(shown);
  }

  public RawSetting(KeyMatch match, List<String> texts, boolean isList, ConfOrigin origin) {
    this(match, texts, isList, origin, List.of(), texts, origin);
  }

  public static RawSetting of(KeyMatch match, String text, ConfOrigin origin) {
    return new RawSetting(match, List.of(text), false, origin);
  }

  /** The same, to be shown otherwise. */
  public RawSetting shownAs(List<String> others, ConfOrigin at) {
    return new RawSetting(match, texts, isList, origin, parts, others, at);
  }

  /** This and a later line of the same key, whose values add up. */
  public RawSetting with(RawSetting later) {
    List<RawSetting> all = new ArrayList<>(parts.isEmpty() ? List.of(this) : parts);
    all.add(later);
    List<String> text = List.of(raw() + "," + later.raw());
    return new RawSetting(match, text, false, later.origin, all, text, later.origin);
  }

  /** Whether it is a section that is taken as it is: nothing reads what is in it. */
  public boolean isSection() {
    return match.key().type() == ConfType.SECTION;
  }

  public String raw() {
    return String.join(",", shown);
  }
}
