package io.nanomq.transfer;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far an import is, and what became of each line. Shared: written by the thread that imports,
 * read by any.
 */
public final class Progress {
  /** So many lines may be refused before an import ends, so that each of them can be told. */
  public static final int MAX_REFUSED = 1000;

  /** Of what is skipped, so many lines are told. */
  private static final int MAX_SKIPPED = 100;

  private final Map<String, Integer> taken = new TreeMap<>();
  private final Map<String, Integer> skipped = new TreeMap<>();
  private final List<Refused> refused = new ArrayList<>();
  private final List<Refused> left = new ArrayList<>();
  private long lines;
  private long bytes;
  private String state = "running";
  private String failure = "";

  /**
   * A line that was not imported.
   *
   * @param line its number, 1 = the first
   */
  public record Refused(long line, String why) {}

  /**
   * The same at one moment, as the API answers it.
   *
   * @param state running, done, or failed
   * @param lines that were looked at; nothing of those behind them was imported
   * @param bytes of these lines
   * @param imported lines by kind
   * @param skipped lines by kind of what is here already, belongs to it, or has expired
   * @param skippedLines the first of them
   * @param refused lines of which nothing was imported, all of them
   * @param failure why it ended early, empty = it did not
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record View(
      String state,
      long lines,
      long bytes,
      Map<String, Integer> imported,
      Map<String, Integer> skipped,
      List<Refused> skippedLines,
      List<Refused> refused,
      String failure) {}

  synchronized void looked(long line, long moreBytes) {
    lines = line;
    bytes += moreBytes;
  }

  synchronized void taken(Line line) {
    taken.merge(kind(line), 1, Integer::sum);
  }

  synchronized void skipped(Line line, long number, String why) {
    skipped.merge(kind(line), 1, Integer::sum);
    if (left.size() < MAX_SKIPPED) {
      left.add(new Refused(number, why));
    }
  }

  private static String kind(Line line) {
    return line.getClass().getSimpleName().substring("Of".length()).toLowerCase(Locale.ROOT);
  }

  synchronized void refused(long number, String why) {
    refused.add(new Refused(number, why));
  }

  synchronized boolean isFull() {
    return refused.size() >= MAX_REFUSED;
  }

  /**
   * It is over.
   *
   * @param why it failed, empty = it did not
   */
  synchronized void ended(String why) {
    failure = why;
    state = why.isEmpty() ? "done" : "failed";
  }

  public synchronized View now() {
    return new View(
        state,
        lines,
        bytes,
        new TreeMap<>(taken),
        new TreeMap<>(skipped),
        List.copyOf(left),
        List.copyOf(refused),
        failure);
  }
}
