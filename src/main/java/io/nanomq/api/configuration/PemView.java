package io.nanomq.api.configuration;

import io.nanomq.config.LoadedConf;
import io.nanomq.tls.PemFiles;
import io.nanomq.tls.PemFolders;
import io.nanomq.tls.PemSource;
import io.nanomq.tls.PemStore.Part;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * What is answered of the files that {@code listeners.ssl} names. A document may name any file that
 * the broker can read: of certificates, which everybody may have, nothing else is shown, and a key
 * only where it is the API's own and belongs to the certificate.
 */
record PemView(LoadedConf loaded, Path workingDirectory, PemSource pems) {

  /** The key; null where there is none, and where it is somebody else's. */
  @Nullable String key() {
    Path file = file(Part.KEY);
    if (file == null || !pems.isOwn(file, PemFolders.of(loaded, workingDirectory))) {
      return null;
    }
    String password = loaded.values().text("listeners.ssl.key_password");
    try {
      byte[] key = pems.read(file);
      Path certificate = file(Part.CERTIFICATE);
      boolean isPair = certificate != null && PemFiles.match(key, password, pems.read(certificate));
      return isPair ? PemFiles.privateKeyOnly(key, password) : null;
    } catch (IOException | GeneralSecurityException e) {
      return null; // not there yet; the status says so where the listener needs it
    }
  }

  /** The certificates of a file; null where there are none. */
  @Nullable String certificates(Part part) {
    Path file = file(part);
    try {
      return file == null ? null : PemFiles.certificatesOnly(pems.read(file));
    } catch (IOException | GeneralSecurityException e) {
      return null;
    }
  }

  private @Nullable Path file(Part part) {
    String file = loaded.values().text(PemPatch.id(part));
    try {
      return file.isEmpty() ? null : workingDirectory.resolve(file);
    } catch (InvalidPathException e) {
      return null;
    }
  }
}
