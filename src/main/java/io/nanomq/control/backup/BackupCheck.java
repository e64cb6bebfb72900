package io.nanomq.control.backup;

import io.nanomq.control.backup.BackupException.Problem;
import io.nanomq.control.backup.Manifest.Content;
import io.nanomq.journal.JournalException;
import io.nanomq.journal.SegmentCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Goes through a whole backup, frame by frame. Changes nothing. */
final class BackupCheck {
  private static final String SEGMENT = "segment-\\d+";

  private final Path folder;

  private BackupCheck(Path folder) {
    this.folder = folder;
  }

  /**
   * Holds a backup against what its manifest says.
   *
   * @throws BackupException names the first file that is not as it was written, and the byte
   */
  static Manifest check(Path folder) throws IOException {
    Manifest manifest = Manifest.read(folder);
    BackupCheck check = new BackupCheck(folder);
    SegmentCheck segments = new SegmentCheck();
    for (Content content : manifest.store()) {
      if (!content.name().matches(SEGMENT)) {
        // A restore would copy it, and not know where to put it once the store is half there.
        throw damaged("%s is no name of a segment".formatted(content.name()));
      }
      check.file(Manifest.STORE, content, segments);
    }
    for (Content content : manifest.conf()) {
      check.file(Manifest.CONF, content, null);
    }
    return manifest;
  }

  /**
   * @param segments null = it is none
   */
  private void file(String below, Content content, @Nullable SegmentCheck segments)
      throws IOException {
    Path file = named(below, content.name());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() != content.bytes()) {
        throw damaged(
            "%s has %d bytes, and is to have %d: it is torn at byte %d"
                .formatted(
                    file,
                    channel.size(),
                    content.bytes(),
                    Math.min(channel.size(), content.bytes())));
      }
      ByteBuffer bytes = channel.map(MapMode.READ_ONLY, 0, content.bytes());
      if (segments != null) {
        segments.next(file.toString(), bytes);
      }
      CRC32C crc = new CRC32C();
      crc.update(bytes.duplicate());
      if (crc.getValue() != content.crc32c()) {
        throw damaged("%s is not as it was written, from byte 0 on".formatted(file));
      }
    } catch (NoSuchFileException gone) {
      throw damaged("%s is missing".formatted(file));
    } catch (JournalException damaged) {
      throw damaged(String.valueOf(damaged.getMessage()));
    }
  }

  /** A name in a manifest leads to nothing outside of its folder. */
  private Path named(String below, String name) throws BackupException {
    Path in = folder.resolve(below).normalize();
    // A NUL is in no name, and no path can be made of one that has it.
    Path file = name.indexOf(0) < 0 ? in.resolve(name).normalize() : in;
    if (name.isEmpty() || !in.equals(file.getParent())) {
      throw damaged("%s is no name of a file in %s".formatted(name, folder));
    }
    requirePlain(file);
    return file;
  }

  /** Of a pipe or a device nobody knows when it is read. */
  static void requirePlain(Path file) throws BackupException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw damaged("%s is no plain file".formatted(file));
    }
  }

  private static BackupException damaged(String message) {
    return new BackupException(Problem.DAMAGED, message);
  }
}
