package io.nanomq.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used. The message is the whole report, one problem a line. */
public final class ConfException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Of a file of nonsense nobody reads every line. */
  private static final int SHOWN_PROBLEMS = 200;

  private final transient List<ConfProblem> problems;

  public ConfException(List<ConfProblem> problems) {
    super(report(problems));
    this.problems = List.copyOf(problems);
  }

  /** Errors and warnings, in the order they were found. */
  public List<ConfProblem> problems() {
    return problems;
  }

  private static String report(List<ConfProblem> problems) {
    String report =
        problems.stream()
            .limit(SHOWN_PROBLEMS)
            .map(p -> (p.isError() ? "error: " : "warning: ") + p)
            .collect(Collectors.joining("\n"));
    int more = problems.size() - SHOWN_PROBLEMS;
    return more > 0 ? report + "\nand " + more + " more" : report;
  }
}
