package io.nanomq.tls;

import io.nanomq.config.ConfLoader;
import io.nanomq.config.LoadedConf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The folders whose keys and certificates are the API's: the main document's, and the one of {@code
 * config.pem_folder}. What is elsewhere belongs to somebody else, whoever named it in a document:
 * it is neither written nor shown.
 *
 * @param folders absolute paths
 */
public record PemFolders(List<Path> folders) {

  public PemFolders {
    folders = List.copyOf(folders);
  }

  /**
   * @param workingDirectory where relative paths start
   */
  public static PemFolders of(LoadedConf loaded, Path workingDirectory) {
    List<Path> folders = new ArrayList<>();
    folders.add(beside(loaded, workingDirectory));
    String more = loaded.values().text("config.pem_folder");
    if (!more.isEmpty()) {
      folders.add(workingDirectory.resolve(more).toAbsolutePath());
    }
    return new PemFolders(folders);
  }

  private static Path beside(LoadedConf loaded, Path workingDirectory) {
    Path source = loaded.source();
    Path document = source == null ? workingDirectory.resolve(ConfLoader.DEFAULT_FILE) : source;
    return Objects.requireNonNull(document.toAbsolutePath().getParent());
  }

  /** The main document's folder. */
  public Path first() {
    return folders.get(0);
  }

  /**
   * Whether a file stands in one of them, itself and not in a folder of theirs. A link counts for
   * what it leads to: to anywhere below, as those of a mounted volume do.
   */
  public boolean contains(Path file) {
    Path path = file.toAbsolutePath();
    Path parent = path.getParent();
    if (parent == null || !path.normalize().equals(withoutDots(path))) {
      return false; // what is behind .. depends on links
    }
    return folders.stream().anyMatch(folder -> isIn(path, parent, folder));
  }

  private static Path withoutDots(Path path) {
    Path without = Objects.requireNonNull(path.getRoot());
    for (Path name : path) {
      without = name.toString().equals(".") ? without : without.resolve(name);
    }
    return without;
  }

  private static boolean isIn(Path path, Path parent, Path folder) {
    try {
      if (!Files.exists(folder)) {
        return folder.normalize().equals(parent.normalize());
      }
      Path real = folder.toRealPath();
      return real.equals(parent.toRealPath())
          && (!Files.exists(path, LinkOption.NOFOLLOW_LINKS) || path.toRealPath().startsWith(real));
    } catch (IOException e) {
      return false; // a link to nowhere among them
    }
  }

  @Override
  public String toString() {
    return folders.stream().map(Path::toString).collect(Collectors.joining(" or "));
  }
}
