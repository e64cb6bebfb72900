package io.nanomq.config.store;

import io.nanomq.config.document.HashedDocument;
import java.util.Arrays;

/**
 * A document as a store has it.
 *
 * @param version differs whenever the document does
 * @param bytes the document
 */
public record StoredConf(String version, byte[] bytes) {
  public StoredConf {
    bytes = bytes.clone();
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  /** SHA-256 of the content, in hexadecimal. */
  public String hash() {
    return HashedDocument.hash(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredConf stored
        && version.equals(stored.version)
        && Arrays.equals(bytes, stored.bytes);
  }

  @Override
  public int hashCode() {
    return version.hashCode();
  }

  @Override
  public String toString() {
    return "StoredConf[" + version + ", " + bytes.length + " bytes]";
  }
}
