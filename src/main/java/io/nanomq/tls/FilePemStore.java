package io.nanomq.tls;

import io.nanomq.config.key.value.ConfValueException;
import io.nanomq.config.store.ConfStore;
import io.nanomq.config.store.FileConfStore;
import io.nanomq.config.store.StoredConf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;

/** Keys and certificates in files, each of them written whole or not at all. */
public final class FilePemStore implements PemStore {

  @Override
  public Path place(Part part, Path folder) {
    return folder.resolve(
        switch (part) {
          case KEY -> "key.pem";
          case CERTIFICATE -> "cert.pem";
          case AUTHORITIES -> "cacert.pem";
        });
  }

  @Override
  public void requireWritable(Path file, Part part, PemFolders folders) throws ConfValueException {
    if (!folders.contains(file)) {
      throw new ConfValueException(
          "is not in a folder where the API may write keys and certificates",
          "a file in " + folders + "; or config.pem_folder, which is not set through the API");
    }
    requireReplaceable(file, part);
  }

  @Override
  public Undo write(Map<Path, String> contents) throws IOException {
    Map<Path, StoredConf> before = new LinkedHashMap<>();
    try {
      for (Map.Entry<Path, String> file : contents.entrySet()) {
        FileConfStore store = new FileConfStore(file.getKey());
        StoredConf old = store.read();
        if (file.getValue().contains("PRIVATE KEY-----")) {
          closeToOthers(file.getKey());
        }
        store.write(old.version(), file.getValue().getBytes(StandardCharsets.UTF_8));
        before.put(file.getKey(), old);
      }
    } catch (IOException e) {
      putBack(before);
      throw e;
    }
    return () -> putBack(before);
  }

  // Before the key is in it: the store keeps the mode of the file that it replaces.
  private static void closeToOthers(Path file) throws IOException {
    var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view != null && Files.exists(file)) {
      view.setPermissions(PosixFilePermissions.fromString("rw-------"));
    }
  }

  private static void putBack(Map<Path, StoredConf> before) throws IOException {
    for (Map.Entry<Path, StoredConf> file : before.entrySet()) {
      FileConfStore store = new FileConfStore(file.getKey());
      if (file.getValue().version().equals(ConfStore.ABSENT)) {
        Files.deleteIfExists(file.getKey());
      } else {
        store.write(store.read().version(), file.getValue().bytes());
      }
    }
  }
}
