package io.nanomq.api.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nanomq.config.ConfLoader;
import io.nanomq.config.ConfPatch;
import io.nanomq.config.Confs;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.tls.FilePemStore;
import io.nanomq.tls.TestKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API may write of keys and certificates, and where; TLS is off in all of these. */
class PemPatchTest {
  private static final String SCRIPT = "#!/bin/sh\ntouch /tmp/mine\n";

  private static TestKeys keys;
  private static TestKeys others;

  @TempDir Path root;
  private Path folder;

  @BeforeAll
  static void make(@TempDir Path any) throws Exception {
    keys = TestKeys.make(any, "EC", 30);
    others = TestKeys.make(any, "EC", 31);
  }

  @BeforeEach
  void folders() throws Exception {
    folder = Files.createDirectories(root.resolve("etc"));
    Files.createDirectories(root.resolve("elsewhere"));
  }

  @Test
  void onlyKeysAndCertificatesGetToTheFiles() throws Exception {
    ConfPatch patch =
        patch(
            "",
            Map.of(
                "key", SCRIPT + keys.pkcs8() + SCRIPT,
                "cert", SCRIPT + keys.certificatePem() + SCRIPT + others.certificatePem(),
                "cacert", others.certificatePem().replace("\n", "\r\n")));

    assertThat(patch.pemFiles())
        .containsOnly(
            Map.entry(folder.resolve("key.pem"), keys.pkcs8()),
            Map.entry(folder.resolve("cert.pem"), keys.certificatePem() + others.certificatePem()),
            Map.entry(folder.resolve("cacert.pem"), others.certificatePem()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN X-----\nAAAA\n-----END X-----\n",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----",
        "#!/bin/sh\n# -----BEGIN "
      })
  void whatIsNoKeyIsRefused(String text) throws Exception {
    for (String part : new String[] {"key", "cert", "cacert"}) {
      assertThat(refusal("", Map.of(part, text)))
          .contains("request: data.tls." + part)
          .contains("cannot be used");
    }
    assertThat(refusal("", Map.of("key", keys.certificatePem()))).contains("holds no private key");
    assertThat(refusal("", Map.of("cert", keys.pkcs8()))).contains("holds no certificate");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nothingIsWrittenElsewhere(boolean isHocon) throws Exception {
    Path free = root.resolve("elsewhere/free.pem");
    Files.createDirectories(folder.resolve("below"));
    Files.createSymbolicLink(folder.resolve("link.pem"), free);
    Files.createSymbolicLink(folder.resolve("out"), root.resolve("elsewhere"));
    for (String file :
        new String[] {
          free.toString(),
          "elsewhere/free.pem",
          "etc/../elsewhere/free.pem",
          "etc/out/../free.pem",
          folder + "/link.pem",
          folder + "/out/free.pem",
          folder + "/below/free.pem",
          folder.toString(),
          "free.pem",
          "/free.pem"
        }) {
      String setting =
          isHocon
              ? "listeners.ssl { enable = false, keyfile = \"" + file + "\" }\n"
              : "tls.keyfile=" + file + "\n";
      assertThat(refusal(setting, Map.of("key", keys.pkcs8())))
          .as(file)
          .contains("request: data.tls.key")
          .contains("is not in a folder where the API may write");
    }
  }

  @Test
  void nothingElseIsOverwritten() throws Exception {
    Files.writeString(folder.resolve("users"), "admin:public\n");
    Files.writeString(folder.resolve("note.pem"), "# mine\n" + keys.pkcs8());
    Files.writeString(folder.resolve("pair.pem"), keys.pkcs8() + keys.certificatePem());
    Files.writeString(folder.resolve("cert.pem"), keys.certificatePem());
    for (String file : new String[] {"users", "note.pem", "pair.pem", "cert.pem", "nanomq.conf"}) {
      assertThat(refusal("tls.keyfile=" + folder.resolve(file) + "\n", Map.of("key", keys.pkcs8())))
          .as(file)
          .contains("is there already, and holds something else");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nanomq_bridge.conf", "run.sh", ".profile", "key"})
  void newFilesHaveNamesThatNobodyElseUnderstands(String name) throws Exception {
    assertThat(refusal("tls.keyfile=" + folder.resolve(name) + "\n", Map.of("key", keys.pkcs8())))
        .contains("is no name of a new file");
  }

  @Test
  void aKeyMayBeReplacedAndLinksBelowAreFollowed() throws Exception {
    Path data = Files.createDirectories(folder.resolve("..data"));
    Files.writeString(data.resolve("k"), others.pkcs8());
    Files.createSymbolicLink(folder.resolve("k"), Path.of("..data/k"));

    ConfPatch patch =
        patch("tls.keyfile=" + folder.resolve("k") + "\n", Map.of("key", keys.pkcs8()));

    assertThat(patch.pemFiles()).containsOnlyKeys(folder.resolve("k"));
  }

  @Test
  void anotherFolderIsTheOperatorsToName() throws Exception {
    Path file = root.resolve("elsewhere/key.pem");
    String setting = "tls.keyfile=" + file + "\n";

    assertThat(
            patch(setting + "config.pem_folder=elsewhere\n", Map.of("key", keys.pkcs8()))
                .pemFiles())
        .containsOnlyKeys(file);
    assertThat(
            PatchReader.read(
                    Map.of("tls", Map.of("key", keys.pkcs8())),
                    load(setting, Map.of("NANOMQ_CONFIG_PEM_FOLDER", file.getParent().toString())),
                    root,
                    new FilePemStore())
                .pemFiles())
        .containsOnlyKeys(file);
  }

  @Test
  void aKeyBelongsToItsCertificateWhetherTlsIsOnOrOff() throws Exception {
    Files.writeString(folder.resolve("cert.pem"), keys.certificatePem());
    String setting = "tls.certfile=" + folder.resolve("cert.pem") + "\n";

    assertThat(refusal("", Map.of("key", keys.pkcs8(), "cert", others.certificatePem())))
        .contains("does not belong to the certificate " + folder.resolve("cert.pem"));
    assertThat(refusal(setting, Map.of("key", others.pkcs8())))
        .contains("does not belong to the certificate");
    assertThat(patch(setting, Map.of("key", keys.pkcs8())).pemFiles())
        .containsOnlyKeys(folder.resolve("key.pem"));
  }

  @Test
  void partsDoNotOverwriteEachOther() throws Exception {
    Path file = folder.resolve("one.pem");
    assertThat(
            refusal(
                "tls.keyfile=" + file + "\ntls.certfile=" + file + "\n",
                Map.of("key", keys.pkcs8(), "cert", keys.certificatePem())))
        .contains("is the file of another part too");
  }

  @Test
  void anEncryptedKeyStaysSo() throws Exception {
    String encrypted = keys.encrypted("pass");
    assertThat(refusal("", Map.of("key", encrypted))).contains("there is no key_password");
    assertThat(refusal("", Map.of("key", encrypted, "key_password", "other")))
        .contains("key_password is wrong")
        .doesNotContain("other");
    assertThat(patch("", Map.of("key", encrypted, "key_password", "pass")).pemFiles())
        .containsOnly(Map.entry(folder.resolve("key.pem"), encrypted));
    assertThat(patch("tls.key_password=pass\n", Map.of("key", encrypted)).pemFiles())
        .containsOnly(Map.entry(folder.resolve("key.pem"), encrypted));
  }

  private ConfPatch patch(String document, Map<String, String> tls) throws Exception {
    return PatchReader.read(
        Map.of("tls", new HashMap<>(tls)), load(document, Map.of()), root, new FilePemStore());
  }

  private String refusal(String document, Map<String, String> tls) {
    return catchThrowableOfType(ConfException.class, () -> patch(document, tls)).getMessage();
  }

  private LoadedConf load(String document, Map<String, String> environment) throws Exception {
    String said = document.isEmpty() ? "stop_timeout=5\n" : document;
    Confs.write(root, ConfLoader.DEFAULT_FILE, "# mine\n" + said);
    return Confs.load(new String[0], environment, root);
  }
}
