package io.nanomq.config;

import java.util.ArrayList;
import java.util.List;

/** What only shows when the whole configuration is seen at once. */
final class ConfValidator {
  private ConfValidator() {}

  static List<ConfProblem> check(NanomqConf conf, ConfValues values) {
    List<ConfProblem> problems = new ArrayList<>();
    return problems;
  }
}
