package io.nanomq.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretOverlayTest {
  @TempDir Path folder;
  private final SecretOverlay overlay = new SecretOverlay();
  private Path file;

  @BeforeEach
  void file() {
    file = folder.resolve("tls.crt");
  }

  @Test
  void withoutAnyTheFileCounts() throws Exception {
    assertThatThrownBy(this::read).isInstanceOf(NoSuchFileException.class);
    mount("a");
    assertThat(read()).isEqualTo("a");
  }

  @Test
  void whatTheVolumeDoesNotShowYetStandsInUntilItDoes() throws Exception {
    learn("a");
    assertThat(read()).isEqualTo("a");
    mount("a");
    assertThat(read()).isEqualTo("a");
    mount("b");
    assertThat(read()).isEqualTo("b");
    assertThat(overlay.isEmpty()).isTrue();
  }

  @Test
  void anotherContentOfTheVolumeIsNewer() throws Exception {
    mount("old");
    learn("new");
    assertThat(read()).isEqualTo("new");
    mount("newer, by kubectl");
    assertThat(read()).isEqualTo("newer, by kubectl");
    mount("old");
    assertThat(read()).isEqualTo("old");
  }

  @Test
  void theVolumeMayShowWhatCameBetween() throws Exception {
    mount("a");
    learn("b");
    learn("c");
    assertThat(read()).isEqualTo("c");
    mount("b");
    assertThat(read()).isEqualTo("c");
    mount("c");
    assertThat(read()).isEqualTo("c");
    assertThat(overlay.isEmpty()).isTrue();
  }

  @Test
  void whatIsPutBackIsTheFilesOwnAgain() throws Exception {
    mount("a");
    learn("b");
    learn("a");
    assertThat(overlay.isEmpty()).isTrue();
    learn("b");
    overlay.forget(file);
    assertThat(read()).isEqualTo("a");
  }

  private void mount(String content) throws IOException {
    Files.writeString(file, content);
  }

  private void learn(String content) throws IOException {
    overlay.learn(file, content.getBytes(StandardCharsets.UTF_8));
  }

  private String read() throws IOException {
    return new String(overlay.read(file), StandardCharsets.UTF_8);
  }
}
