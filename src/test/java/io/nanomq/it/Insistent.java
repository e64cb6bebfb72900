package io.nanomq.it;

import io.nanomq.tls.PemFiles;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows its certificate whatever authorities the server says that it knows: the JDK's own key
 * manager would show none, and the server's check would never be asked.
 */
final class Insistent extends X509ExtendedKeyManager {
  private static final String ALIAS = "stranger";

  private final Path folder;

  /**
   * @param folder has stranger.key and stranger.pem
   */
  Insistent(Path folder) {
    this.folder = folder;
  }

  @Override
  public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String chooseClientAlias(
      String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return ALIAS;
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    try {
      return PemFiles.certificates(Files.readAllBytes(folder.resolve(ALIAS + ".pem")))
          .toArray(X509Certificate[]::new);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    try {
      return PemFiles.privateKey(Files.readAllBytes(folder.resolve(ALIAS + ".key")), "");
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
