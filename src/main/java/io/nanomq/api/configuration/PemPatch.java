package io.nanomq.api.configuration;

import io.nanomq.config.LoadedConf;
import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.key.value.ConfValueException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.tls.PemFiles;
import io.nanomq.tls.PemFolders;
import io.nanomq.tls.PemSource;
import io.nanomq.tls.PemStore;
import io.nanomq.tls.PemStore.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys and certificates of a POST into files to write, and into edits where the document
 * names none yet. All are judged, whether their listener is on or off, and written as a text of our
 * own: whoever may use the API must not be able to write any text of theirs to any file. Used once.
 */
final class PemPatch {
  private final LoadedConf stored;
  private final Path workingDirectory;
  private final PemStore pems;
  private final PemFolders folders;
  private final List<ConfEdit> edits;
  private final List<ConfProblem> problems;
  private final Set<Path> taken = new HashSet<>();
  private final Map<Path, String> files = new LinkedHashMap<>();
  private final Map<Part, String> contents = new EnumMap<>(Part.class);

  /**
   * @param edits those of the other members, which may change the key's password; more are added
   * @param problems are added to
   */
  PemPatch(
      LoadedConf stored,
      Path workingDirectory,
      PemStore pems,
      List<ConfEdit> edits,
      List<ConfProblem> problems) {
    this.stored = stored;
    this.workingDirectory = workingDirectory;
    this.pems = pems;
    this.folders = PemFolders.of(stored, workingDirectory);
    this.edits = edits;
    this.problems = problems;
  }

  /** The setting that names the file of a part. */
  static String id(Part part) {
    return switch (part) {
      case KEY -> "listeners.ssl.keyfile";
      case CERTIFICATE -> "listeners.ssl.certfile";
      case AUTHORITIES -> "listeners.ssl.cacertfile";
    };
  }

  /**
   * @param members those that are new, by name
   * @return real path to content
   */
  Map<Path, String> read(Map<String, Object> members) {
    for (Part part : Part.values()) {
      Object value = members.get(part.member());
      if (value != null) {
        judge(part, value);
      }
    }
    for (Map.Entry<Part, String> content : contents.entrySet()) {
      place(content.getKey(), content.getValue());
    }
    if (contents.containsKey(Part.KEY) || contents.containsKey(Part.CERTIFICATE)) {
      requirePair();
    }
    return files;
  }

  private void judge(Part part, Object value) {
    if (!(value instanceof String text) || !text.contains("-----BEGIN ")) {
      problem(part, value, "is not in PEM format", "-----BEGIN ...-----");
    } else if (text.length() > PemSource.MAX_BYTES) {
      problem(part, ConfView.MASK, "is too long", "at most 1 MiB");
    } else {
      try {
        byte[] pem = text.getBytes(StandardCharsets.UTF_8);
        contents.put(
            part,
            part == Part.KEY
                ? PemFiles.privateKeyOnly(pem, password())
                : PemFiles.certificatesOnly(pem));
      } catch (GeneralSecurityException e) {
        problem(part, value, "cannot be used (" + e.getMessage() + ")", part.expected());
      }
    }
  }

  /** As it will be. */
  private String password() {
    for (ConfEdit edit : edits) {
      if (edit.key().id().equals("listeners.ssl.key_password")) {
        return edit.value() == null ? "" : String.valueOf(edit.value());
      }
    }
    return stored.values().text("listeners.ssl.key_password");
  }

  private void place(Part part, String content) {
    String file = fileOf(part);
    try {
      Path path = workingDirectory.resolve(file);
      pems.requireWritable(path, part, folders);
      if (!taken.add(path)) {
        throw new ConfValueException("is the file of another part too", "a file for each");
      }
      if (!content.equals(current(path))) {
        files.put(path, content);
      }
      if (stored.values().text(id(part)).isEmpty()) {
        edits.add(ConfEdit.set(id(part), file));
      }
    } catch (ConfValueException e) {
      problems.add(request(part, file, e.reason(), e.expected()));
    } catch (InvalidPathException e) {
      problems.add(request(part, file, "is no path", "a path"));
    }
  }

  private @Nullable String current(Path path) {
    try {
      return new String(pems.read(path), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return null;
    }
  }

  /** What is not there yet, or is broken as it is, may come with a later request. */
  private void requirePair() {
    byte[] key = content(Part.KEY);
    byte[] certificate = content(Part.CERTIFICATE);
    if (key == null || certificate == null) {
      return;
    }
    try {
      if (!PemFiles.match(key, password(), certificate)) {
        problem(
            Part.KEY,
            "",
            "does not belong to the certificate " + fileOf(Part.CERTIFICATE),
            "the key that the certificate was made for");
      }
    } catch (GeneralSecurityException e) {
      return;
    }
  }

  private byte @Nullable [] content(Part part) {
    String text = contents.get(part);
    if (text != null) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    String file = stored.values().text(id(part));
    try {
      return file.isEmpty() ? null : pems.read(workingDirectory.resolve(file));
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }

  private String fileOf(Part part) {
    String named = stored.values().text(id(part));
    return named.isEmpty() ? pems.place(part, folders.first()).toString() : named;
  }

  private void problem(Part part, Object value, String reason, String expected) {
    String text = part == Part.KEY ? ConfView.MASK : String.valueOf(value);
    problems.add(request(part, text, reason, expected));
  }

  private static ConfProblem request(Part part, String value, String reason, String expected) {
    return PatchReader.inRequest("data.tls." + part.member(), value, reason, expected);
  }
}
