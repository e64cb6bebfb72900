package io.nanomq.config.document.hocon;

import io.nanomq.config.document.SiblingFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which files a HOCON document may include without that being a way to read them: configuration in
 * its own folder.
 *
 * @param folder the document's
 */
record HoconFolder(Path folder) {
  private static final List<String> ENDINGS = List.of(".conf", ".hocon", ".json");
  private static final Set<String> PASSWORDS =
      Set.of("nanomq_pwd.conf", SiblingFile.AUTH.fileName());

  /**
   * @param document where a document is, or what stands for that
   */
  static HoconFolder of(String document) {
    try {
      Path parent = Path.of(document).getParent();
      return new HoconFolder(parent == null ? Path.of("") : parent);
    } catch (InvalidPathException e) {
      return new HoconFolder(Path.of(""));
    }
  }

  /** A file that a document there includes. */
  Path resolve(String what) {
    return folder.resolve(what).normalize();
  }

  /** Whether a file is configuration, here or below. A link counts for where it leads. */
  boolean holds(Path file) {
    Path from = folder.toAbsolutePath().normalize();
    Path path = file.toAbsolutePath().normalize();
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (!path.startsWith(from) || ENDINGS.stream().noneMatch(name::endsWith)) {
      return false;
    }
    try {
      return !Files.exists(path) || path.toRealPath().startsWith(from.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether what it says may be shown, too: not where it holds passwords. */
  boolean shows(Path file) {
    return holds(file) && !PASSWORDS.contains(String.valueOf(file.getFileName()));
  }
}
