package io.nanomq.config.setting;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used. The message is the whole report, one problem a line. */
public final class ConfException extends Exception {
  /** Of a file of nonsense nobody reads every line. */
  private static final int SHOWN_PROBLEMS = 200;

  private final transient List<ConfProblem> problems;
  private final boolean isUnreadable;

  public ConfException(ConfProblem problem) {
    this(List.of(problem));
  }

  public ConfException(List<ConfProblem> problems) {
    this(problems, false);
  }

  /**
   * @param isUnreadable whether a file is there and cannot be read, whatever it says
   */
  public ConfException(List<ConfProblem> problems, boolean isUnreadable) {
    super(report(problems));
    this.problems = List.copyOf(problems);
    this.isUnreadable = isUnreadable;
  }

  /** Throws where there is one. */
  public static void throwIfAny(List<ConfProblem> problems) throws ConfException {
    if (!problems.isEmpty()) {
      throw new ConfException(problems);
    }
  }

  /** Whether a file is there and cannot be read: then nobody has written anything wrong. */
  public boolean isUnreadable() {
    return isUnreadable;
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
