package io.nanomq.tls;

import io.nanomq.config.key.value.ConfValueException;
import io.nanomq.config.store.ConfConflictException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where keys and certificates are kept that come through the API, and read from. Threads may share
 * it for reading; one thread at a time writes.
 */
public interface PemStore extends PemSource {

  /** What a file is for. */
  enum Part {
    KEY("key", "a private key in PEM format, and its key_password where it has one"),
    CERTIFICATE("cert", "a certificate in PEM format"),
    AUTHORITIES("cacert", "certificates in PEM format");

    private final String member;
    private final String expected;

    Part(String member, String expected) {
      this.member = member;
      this.expected = expected;
    }

    /** What it is called in the API's {@code tls}. */
    public String member() {
      return member;
    }

    /** What belongs there, for messages. */
    public String expected() {
      return expected;
    }
  }

  /**
   * Where a file goes that no document names yet.
   *
   * @param folder that of the main document
   */
  Path place(Part part, Path folder);

  /**
   * @param part what would be written there
   * @param folders those that are the API's, where files are
   * @throws ConfValueException where the API may not write this file: it is elsewhere, or something
   *     else than such a part
   */
  void requireWritable(Path file, Part part, PemFolders folders) throws ConfValueException;

  /** The end of a name that is a key's or certificate's: other names mean something to somebody. */
  Pattern NAME = Pattern.compile(".*\\.(pem|key|crt|cer|cert)", Pattern.CASE_INSENSITIVE);

  /**
   * The same where only the file's name and content are in question.
   *
   * @throws ConfValueException where it holds something else, or does not exist and has a name that
   *     no key or certificate has
   */
  default void requireReplaceable(Path file, Part part) throws ConfValueException {
    try {
      byte[] content = read(file);
      if (content.length > 0 && !PemBlock.areAll(content, part == Part.KEY)) {
        throw new ConfValueException(
            "is there already, and holds something else", part.expected() + ", and no more");
      }
    } catch (NoSuchFileException e) {
      if (!NAME.matcher(String.valueOf(file.getFileName())).matches()) {
        throw new ConfValueException(
            "is no name of a new file with keys or certificates", "one that ends in .pem");
      }
    } catch (IOException e) {
      throw new ConfValueException("cannot be read before it is written (" + e + ")", "a file");
    }
  }

  @Override
  default byte[] read(Path file) throws IOException {
    return DISK.read(file);
  }

  /**
   * Learns what is stored now, so that it is what {@link #read} answers. Where that is impossible,
   * what is known stays, and {@link #write} says why.
   */
  default void refresh() {
    // Files are read when they are asked for.
  }

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
