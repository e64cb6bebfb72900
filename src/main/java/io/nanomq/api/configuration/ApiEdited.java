package io.nanomq.api.configuration;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nanomq.api.json.ApiResult;
import io.nanomq.api.json.ResultCode;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.control.ConfEditing;
import java.util.List;

/**
 * What an edit of the configuration answers: {@code {"code":0}}, with what is odd about it beside.
 *
 * @param code always 0
 * @param warnings those that what was stored before did not have; absent where there are none
 */
@JsonPropertyOrder({"code", "warnings"})
public record ApiEdited(
    int code, @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings) {

  /** The answer, or what it would be. */
  static Object of(ConfEditing.Edited edited, boolean dryRun) {
    return dryRun
        ? ApiResult.of(DryRunView.of(edited))
        : new ApiEdited(
            ResultCode.SUCCEED.code(),
            edited.newWarnings().stream().map(ConfProblem::toString).toList());
  }
}
