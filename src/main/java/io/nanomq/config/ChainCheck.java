package io.nanomq.config;

import io.nanomq.config.model.ChainConf;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.List;

/** Whether links of authentication are such. */
final class ChainCheck {
  private ChainCheck() {}

  static List<ConfProblem> problems(ConfValues values) {
    List<ConfProblem> problems = new ArrayList<>();
    for (ConfEntry entry : values.given().values()) {
      if (entry.key().id().endsWith("auth.links") && entry.value() instanceof List<?> links) {
        for (Object link : links) {
          if (!ChainConf.LINKS.contains(link)) {
            problems.add(
                ConfProblem.at(
                    entry.origin(),
                    entry.raw(),
                    link + " is no link of authentication",
                    String.join(", ", ChainConf.LINKS)));
          }
        }
      }
    }
    if (values.isGiven("auth.jwt.keyfile") && values.isGiven("auth.jwt.jwks_url")) {
      problems.add(
          ConfValidator.at(
                  values, "auth.jwt.jwks_url", "does not count: there is a keyfile", "one of both")
              .asWarning());
    }
    return problems;
  }
}
