package io.nanomq.tls;

import io.nanomq.config.key.value.ConfValueException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Takes no keys and certificates from the API: the document is in a ConfigMap, which is no place
 * for them, a pod's files are gone with the pod, and no Secret was named.
 */
public final class NoPemStore implements PemStore {

  @Override
  public Path place(Part part, Path folder) {
    return folder;
  }

  @Override
  public void requireWritable(Path file, Part part, PemFolders folders) throws ConfValueException {
    throw new ConfValueException(
        "cannot be kept: the configuration is in a ConfigMap, and there is no Secret for keys and"
            + " certificates",
        "config.secret (NANOMQ_CONFIG_SECRET), the name of one");
  }

  @Override
  public Undo write(Map<Path, String> contents) throws IOException {
    throw new IOException("There is no Secret for keys and certificates: config.secret is not set");
  }
}
