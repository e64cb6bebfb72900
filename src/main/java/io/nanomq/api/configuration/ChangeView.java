package io.nanomq.api.configuration;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nanomq.config.ConfChange;
import java.util.List;
import java.util.Locale;

/**
 * One setting that differs; secrets are masked.
 *
 * @param effect {@code hot}, {@code listener}, {@code http} or {@code restart}; {@code none} where
 *     this version does not act on the key
 * @param source where the new value is written
 */
@JsonPropertyOrder({"key", "before", "after", "effect", "source"})
public record ChangeView(String key, String before, String after, String effect, String source) {

  static ChangeView of(ConfChange change) {
    return new ChangeView(
        change.path(),
        change.before(),
        change.after(),
        change.effect().name().toLowerCase(Locale.ROOT),
        change.origin().where());
  }

  static List<ChangeView> of(List<ConfChange> changes) {
    return changes.stream().map(ChangeView::of).toList();
  }
}
