package io.nanomq.config.document;

import java.nio.file.Path;

/**
 * A file that a document includes.
 *
 * @param path where it is looked for
 * @param line line of the include, which is in {@code source}; 0 where unknown
 * @param source the document or the file that includes it
 * @param state what came of it
 * @param isError whether that is reported as an error of the document already
 */
public record IncludedFile(Path path, String source, int line, State state, boolean isError) {

  /** The same where it turned out to say nothing. */
  public IncludedFile emptied(boolean error) {
    return new IncludedFile(path, source, line, State.EMPTY, error);
  }

  /** Whether both are the same include. */
  public boolean isAt(IncludedFile other) {
    return path.equals(other.path) && source.equals(other.source) && line == other.line;
  }

  /** What came of including a file. */
  public enum State {
    /** It says something. */
    READ,
    /** It is empty, or holds comments only. */
    EMPTY,
    MISSING,
    /** It is there, and cannot be read. */
    UNREADABLE,
    /** What is in it is wrong. */
    BROKEN
  }
}
