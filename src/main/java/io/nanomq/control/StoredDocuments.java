package io.nanomq.control;

import io.nanomq.config.LoadedConf;
import java.nio.file.Path;
import java.util.Map;

/**
 * The stored configuration at one moment.
 *
 * @param loaded what it says
 * @param versions version of each document, for its store
 * @param hash SHA-256 of all documents, one behind the other, in hexadecimal; with a single one
 *     that is what {@code sha256sum} says
 */
record StoredDocuments(LoadedConf loaded, Map<Path, String> versions, String hash) {
  StoredDocuments {
    versions = Map.copyOf(versions);
  }
}
