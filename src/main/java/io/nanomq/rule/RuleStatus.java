package io.nanomq.rule;

import io.nanomq.config.model.RulesConf;

/**
 * A rule and what it has done.
 *
 * @param conf as configured
 */
public record RuleStatus(RulesConf.Rule conf, RuleFigures figures) {}
