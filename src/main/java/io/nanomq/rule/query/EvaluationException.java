package io.nanomq.rule.query;

/** A message would make more of a rule than there may be. */
public final class EvaluationException extends Exception {
  /**
   * @param reason what there would be too much of, or what is missing
   */
  public EvaluationException(String reason) {
    super(reason, null, false, false);
  }
}
