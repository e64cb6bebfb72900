package io.nanomq.control.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nanomq.control.backup.BackupException.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a backup holds, in {@value #FILE} of its folder; written last, so that one without it is
 * none.
 *
 * @param format of the backup
 * @param name of the backup
 * @param version of the broker that made it
 * @param at when, in milliseconds since 1970
 * @param messages that sessions wait for
 * @param retained retained messages
 * @param store segments, oldest first
 * @param conf documents of the configuration
 */
public record Manifest(
    int format,
    String name,
    String version,
    long at,
    int sessions,
    int messages,
    int retained,
    List<Content> store,
    List<Content> conf) {
  static final String FILE = "backup.json";
  static final String STORE = "store";
  static final String CONF = "conf";
  static final int FORMAT = 1;

  /** What lists the segments of some 30 TB. */
  private static final int MOST_BYTES = 64 << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * One file.
   *
   * @param name below its folder
   * @param crc32c of all its bytes
   */
  public record Content(String name, long bytes, long crc32c) {}

  public Manifest {
    store = List.copyOf(store);
    conf = List.copyOf(conf);
  }

  /** Bytes of all its files. */
  public long bytes() {
    return sum(store) + sum(conf);
  }

  private static long sum(List<Content> files) {
    return files.stream().mapToLong(Content::bytes).sum();
  }

  byte[] json() throws IOException {
    return (MAPPER.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Of the backup in that folder.
   *
   * @throws BackupException where that is none, or a later version made it
   */
  static Manifest read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    BackupCheck.requirePlain(file);
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new BackupException(
            Problem.DAMAGED, "%s is not as it was written: it is too large".formatted(file));
      }
      Manifest read = MAPPER.readValue(Files.readAllBytes(file), Manifest.class);
      if (read.format != FORMAT) {
        throw new BackupException(
            Problem.DAMAGED,
            "%s has format %d, this version reads format %d: use the version that made it"
                .formatted(file, read.format, FORMAT));
      }
      return read;
    } catch (NoSuchFileException none) {
      throw new BackupException(
          Problem.DAMAGED, "%s is no backup: it has no %s".formatted(folder, FILE));
    } catch (JsonProcessingException | NullPointerException broken) {
      String why = broken instanceof JsonProcessingException json ? json.getOriginalMessage() : "";
      throw new BackupException(
          Problem.DAMAGED, "%s is not as it was written: %s".formatted(file, why));
    }
  }
}
