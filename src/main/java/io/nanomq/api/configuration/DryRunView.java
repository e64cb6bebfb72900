package io.nanomq.api.configuration;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.control.ConfEditing;
import java.nio.file.Path;
import java.util.List;

/**
 * What an edit of the configuration would do.
 *
 * @param changes what would differ in the store
 * @param files keys and certificates that would be written
 * @param warnings what is odd, but no error
 */
@JsonPropertyOrder({"changes", "files", "warnings"})
public record DryRunView(List<ChangeView> changes, List<String> files, List<String> warnings) {

  static DryRunView of(ConfEditing.Edited edited) {
    return new DryRunView(
        ChangeView.of(edited.diff().changes()),
        edited.files().stream().map(Path::toString).sorted().toList(),
        edited.warnings().stream().map(ConfProblem::toString).toList());
  }
}
