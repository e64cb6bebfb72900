package io.nanomq.config.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Mode and owner of a file that takes another one's place. */
final class FileModes {
  private static final Set<PosixFilePermission> NEW_FILE =
      PosixFilePermissions.fromString("rw-------");

  private FileModes() {}

  /** Gives {@code to} the mode and owner of {@code from}; 0600 where that does not exist. */
  static void copy(Path from, Path to) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
    if (view == null) {
      return; // not a POSIX file system
    }
    if (!Files.exists(from)) {
      view.setPermissions(NEW_FILE);
      return;
    }
    PosixFileAttributes wanted = Files.readAttributes(from, PosixFileAttributes.class);
    PosixFileAttributes made = view.readAttributes();
    // Owner first: changing it clears some bits of the mode.
    if (!made.group().equals(wanted.group())) {
      view.setGroup(wanted.group());
    }
    if (!made.owner().equals(wanted.owner())) {
      view.setOwner(wanted.owner());
    }
    view.setPermissions(wanted.permissions());
  }
}
