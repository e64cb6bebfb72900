package io.nanomq.config.setting;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Reads files that a configuration names. Whoever may edit it could name a device that never ends
 * or a pipe that nobody writes to, and neither may take the broker's memory or a thread.
 */
public final class SmallFile {

  private SmallFile() {}

  /**
   * The content of a file, which links may lead to.
   *
   * @param maxBytes the longest that is read
   * @throws NoSuchFileException where there is nothing of that name
   * @throws IOException where it is no regular file, too long or cannot be read
   */
  public static byte[] read(Path path, int maxBytes) throws IOException {
    try {
      return readSmall(path, maxBytes);
    } catch (NoSuchFileException e) {
      // The JDK says the name and not what is wrong with it.
      throw reasoned(new NoSuchFileException(String.valueOf(path), null, "no such file"), e);
    } catch (AccessDeniedException e) {
      throw reasoned(new AccessDeniedException(String.valueOf(path), null, "may not be read"), e);
    }
  }

  private static <E extends FileSystemException> E reasoned(E failure, Throwable cause) {
    failure.initCause(cause);
    return failure;
  }

  private static byte[] readSmall(Path path, int maxBytes) throws IOException {
    // Says itself whether there is nothing or whether looking is forbidden.
    if (!Files.readAttributes(path, BasicFileAttributes.class).isRegularFile()) {
      throw new IOException(path + " is no regular file");
    }
    try (var in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new IOException(path + " is longer than " + maxBytes + " bytes");
      }
      return bytes;
    }
  }
}
