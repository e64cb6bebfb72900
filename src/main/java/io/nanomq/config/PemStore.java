package io.nanomq.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where keys and certificates are kept that come through the API, and read from. Threads may share
 * it for reading; one thread at a time writes.
 */
public interface PemStore extends PemSource {

  /** What a file is for. */
  enum Part {
    KEY,
    CERTIFICATE,
    AUTHORITIES
  }

  /**
   * Where a file goes that no document names yet.
   *
   * @param folder that of the main document
   */
  Path place(Part part, Path folder);

  /**
   * @throws ConfValueException where the API cannot write this file, whatever is in it
   */
  void requireWritable(Path file) throws ConfValueException;

  /**
   * Learns what is stored now, so that it is what {@link #read} answers. Where that is impossible,
   * what is known stays, and {@link #write} says why.
   */
  void refresh();

  /**
   * Writes files, all or none; keys for this process alone.
   *
   * @param contents real path to content, in PEM
   * @return takes it back
   * @throws ConfConflictException where somebody else has written since {@link #refresh}; nothing
   *     was changed
   * @throws IOException where one cannot be written; all are as they were
   */
  Undo write(Map<Path, String> contents) throws IOException;

  /** Puts back what a write has replaced. */
  @FunctionalInterface
  interface Undo {
    /**
     * @throws IOException where that is impossible
     */
    void run() throws IOException;
  }
}
