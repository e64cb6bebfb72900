package io.nanomq.tls;

import io.nanomq.config.setting.SmallFile;
import java.io.IOException;
import java.nio.file.Path;

/** Where keys and certificates are read from. Blocks; threads may share it. */
@FunctionalInterface
public interface PemSource {
  /** Longest content, in bytes. */
  int MAX_BYTES = 1024 * 1024;

  /** The files themselves. */
  PemSource DISK = file -> SmallFile.read(file, MAX_BYTES);

  /**
   * The file's content as it is now.
   *
   * @throws IOException where it cannot be read, {@link java.nio.file.NoSuchFileException} where it
   *     is not there
   */
  byte[] read(Path file) throws IOException;

  /**
   * Whether a file is one that the API keeps and may show.
   *
   * @param folders those that are the API's, where files are
   */
  default boolean isOwn(Path file, PemFolders folders) {
    return folders.contains(file);
  }
}
