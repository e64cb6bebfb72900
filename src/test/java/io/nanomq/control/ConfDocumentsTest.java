package io.nanomq.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nanomq.api.configuration.PatchReader;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.store.ConfConflictException;
import io.nanomq.tls.FilePemStore;
import io.quarkus.runtime.LaunchMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfDocumentsTest {
  private static final byte[] LATER = "msq_len=7\n".getBytes(StandardCharsets.UTF_8);

  private static final String USERS = "auth.1.login=a\nauth.1.password=b\n";

  @TempDir Path folder;

  @Test
  void theFirstEditMakesTheDocumentThatTheNextStartReads() throws Exception {
    ConfDocuments documents = documents();
    ConfEditing editing = new ConfEditing(documents);

    editing.edit(
        stored -> PatchReader.read(Map.of("msq_len", 5), stored, folder, new FilePemStore()),
        false);

    assertThat(Files.readString(folder.resolve("etc/nanomq.conf"))).isEqualTo("msq_len=5\n");
    assertThat(documents.read().loaded().conf().mqtt().queues().length()).isEqualTo(5);
  }

  @Test
  void whatWasThereAndIsGoneIsAnError() throws Exception {
    Path file = write("etc/nanomq.conf", "allow_anonymous=false\n");
    ConfDocuments documents = documents();
    Files.delete(file);

    assertThatThrownBy(documents::read)
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("no longer there");
  }

  @Test
  void ofTwoDocumentsBothAreWrittenOrNone() throws Exception {
    Path main = write("etc/nanomq.conf", "msq_len=6\n");
    Path users = write("etc/nanomq_auth_username.conf", USERS);
    ConfDocuments documents = documents();
    StoredDocuments stored = documents.read();
    Files.writeString(users, USERS + "# edited\n");
    Map<Path, byte[]> both = new LinkedHashMap<>();
    both.put(main, LATER);
    both.put(users, LATER);

    assertThatThrownBy(() -> documents.write(stored, both, stored.loaded()))
        .isInstanceOf(ConfConflictException.class);

    assertThat(Files.readString(main)).isEqualTo("msq_len=6\n");
    assertThat(Files.readString(users)).isEqualTo(USERS + "# edited\n");
  }

  @Test
  void whatHasNotChangedIsNotReadAgain() throws Exception {
    Path main = write("etc/nanomq.conf", "msq_len=6\n");
    write("etc/nanomq_auth_username.conf", USERS);
    ConfDocuments documents = documents();

    StoredDocuments first = documents.read();
    assertThat(documents.read().loaded()).isSameAs(first.loaded());

    Files.writeString(main, "msq_len=7\n");
    StoredDocuments second = documents.read();
    assertThat(second.loaded().conf().mqtt().queues().length()).isEqualTo(7);
    assertThat(second.hash()).isNotEqualTo(first.hash());
    assertThat(second.versions().get(main)).isNotEqualTo(first.versions().get(main));
  }

  @Test
  void anotherDocumentBesideCounts() throws Exception {
    write("etc/nanomq.conf", "msq_len=6\n");
    ConfDocuments documents = documents();
    assertThat(documents.read().loaded().conf().auth().users()).isEmpty();

    Path users = write("etc/nanomq_auth_username.conf", USERS);
    assertThat(documents.read().loaded().conf().auth().users()).isNotEmpty();
    Files.delete(users);
    assertThat(documents.read().loaded().conf().auth().users())
        .as("it was never in force, so nobody misses it")
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n\t\r\n", "# allow_anonymous=false\n", "gone"})
  void aFileBesideThatWasInForceMustNotVanish(String text) throws Exception {
    write("etc/nanomq.conf", "msq_len=6\n");
    Path users = write("etc/nanomq_auth_username.conf", USERS);
    ConfDocuments documents = documents();
    vanish(users, text);

    assertThatThrownBy(documents::read)
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("nanomq_auth_username.conf: was read before and is");

    Files.writeString(users, USERS);
    assertThat(documents.read().loaded().conf().auth().users()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n# users = 1\n", "auth { password {} }\n", "gone"})
  void anIncludedFileThatWasInForceMustNotVanish(String text) throws Exception {
    write("etc/nanomq.conf", "mqtt { max_mqueue_len = 6 }\ninclude \"auth.conf\"\n");
    Path included = write("etc/auth.conf", "include \"inner.conf\"\n");
    Path inner = write("etc/inner.conf", "auth.allow_anonymous = false\n");
    ConfDocuments documents = documents();
    vanish(inner, text);
    assertThatThrownBy(documents::read)
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("auth.conf:1: includes ")
        .hasMessageContaining("inner.conf, which was read before and is");

    Files.writeString(inner, "auth.allow_anonymous = false\n");
    vanish(included, text);
    assertThatThrownBy(documents::read)
        .hasMessageContaining("nanomq.conf:2: includes ")
        .hasMessageContaining("auth.conf, which was read before and is");

    Files.writeString(included, "auth.allow_anonymous = false\n");
    assertThat(documents.read().loaded().conf().auth().allowAnonymous()).isFalse();
  }

  @Test
  void whoeverNoLongerIncludesAFileMayDeleteIt() throws Exception {
    write("etc/nanomq.conf", "mqtt { max_mqueue_len = 6 }\ninclude \"more.conf\"\n");
    Path included = write("etc/more.conf", "mqtt { max_mqueue_len = 7 }\n");
    ConfDocuments documents = documents();
    write("etc/nanomq.conf", "mqtt { max_mqueue_len = 8 }\n");
    Files.delete(included);

    assertThat(documents.read().loaded().conf().mqtt().queues().length()).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "auth {}\n",
        "auth { password { # a comment\n} }\nlisteners { tcp {} }\n",
        "auth = null\n",
        "auth.allow_anonymous = ${?NOPE}\n",
        "include \"sections.conf\"\nmqtt {}\n"
      })
  void whatHoldsNoSettingAnyMoreIsAnError(String text) throws Exception {
    write("etc/sections.conf", "auth { password {} }\n");
    for (String before : List.of("msq_len=6\n", "mqtt { max_mqueue_len = 6 }\n")) {
      Path main = write("etc/nanomq.conf", before);
      ConfDocuments documents = documents();
      Files.writeString(main, text);
      assertThatThrownBy(documents::read)
          .hasMessageContaining("nanomq.conf: was read before and is empty now");
    }
  }

  @Test
  void sectionsOnlyStartNothing() throws Exception {
    for (String text : List.of("mqtt {}\n", "mqtt {}\nblf {}\n")) {
      write("etc/nanomq.conf", text);
      assertThatThrownBy(this::documents).hasMessageContaining("holds no setting");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\uFEFF", " \n", "# a comment\n", "// a comment\n", "{ }\n"})
  void anEmptiedDocumentIsAnError(String text) throws Exception {
    for (String before : List.of("msq_len=6\n", "mqtt { max_mqueue_len = 6 }\n")) {
      Path main = write("etc/nanomq.conf", before);
      ConfDocuments documents = documents();
      Files.writeString(main, text);

      assertThatThrownBy(documents::read)
          .isInstanceOf(ConfException.class)
          .hasMessageContaining("nanomq.conf: is empty, or holds comments only");
      assertThatThrownBy(
              () -> documents.load(Map.of(main, text.getBytes(StandardCharsets.UTF_8)), null))
          .isInstanceOf(ConfException.class);
    }
  }

  @Test
  void whatCannotBeReadIsToldApartFromWhatIsWrong() throws Exception {
    Path main = write("etc/nanomq.conf", "msq_len=6\n");
    ConfDocuments documents = documents();
    Files.delete(main);
    Files.createDirectory(main);
    ConfException unreadable = catchThrowableOfType(ConfException.class, documents::read);
    assertThat(unreadable.isUnreadable()).isTrue();
    assertThat(unreadable).hasMessageContaining("nanomq.conf: cannot be read");

    Files.delete(main);
    Files.createSymbolicLink(main, Path.of("nowhere"));
    assertThatThrownBy(documents::read).hasMessageContaining("is no longer there");

    Files.delete(main);
    write("etc/nanomq.conf", "include \"folder\"\nmqtt {}\n");
    Files.createDirectory(folder.resolve("etc/folder"));
    unreadable = catchThrowableOfType(ConfException.class, documents::read);
    assertThat(unreadable.isUnreadable()).isTrue();
    byte[] request = Files.readAllBytes(main);
    ConfException ofRequest =
        catchThrowableOfType(
            ConfException.class, () -> documents.load(Map.of(main, request), null));
    assertThat(ofRequest.isUnreadable()).isFalse();
  }

  @Test
  void aNewDocumentThatIsTakenBackIsNotLeftEmpty() throws Exception {
    Path main = write("etc/nanomq.conf", "msq_len=6\n");
    Path users = folder.resolve("etc/nanomq_auth_username.conf");
    ConfDocuments documents = documents();
    StoredDocuments stored = documents.read();
    Files.writeString(main, "msq_len=8\n");
    Map<Path, byte[]> both = new LinkedHashMap<>();
    both.put(users, LATER);
    both.put(main, LATER);

    assertThatThrownBy(() -> documents.write(stored, both, stored.loaded()))
        .isInstanceOf(ConfConflictException.class);
    assertThat(users).doesNotExist();
  }

  private static void vanish(Path file, String text) throws Exception {
    if (text.equals("gone")) {
      Files.delete(file);
    } else {
      Files.writeString(file, text);
    }
  }

  @Test
  void aFileThatAValueOrAnIncludeNamesIsReadEachTime() throws Exception {
    write("password", "one");
    write("etc/nanomq.conf", "http_server.password=${file:password}\n");
    ConfDocuments keyValue = documents();
    write("password", "two");
    assertThat(keyValue.read().loaded().conf().httpServer().password()).isEqualTo("two");

    write("etc/nanomq.conf", "include \"more.conf\"\nmqtt { max_packet_size = 1MB }\n");
    write("etc/more.conf", "mqtt { max_mqueue_len = 8 }\n");
    ConfDocuments hocon = documents();
    write("etc/more.conf", "mqtt { max_mqueue_len = 9 }\n");
    assertThat(hocon.read().loaded().conf().mqtt().queues().length()).isEqualTo(9);
  }

  @Test
  void anEditThatAnIncludedFileWinsOverIsRefused() throws Exception {
    Path main = write("etc/nanomq.conf", "mqtt { max_mqueue_len = 5 }\ninclude \"more.conf\"\n");
    write("etc/more.conf", "mqtt {\n  max_mqueue_len = 8\n}\n");
    ConfEditing editing = new ConfEditing(documents());

    assertThatThrownBy(
            () ->
                editing.edit(
                    stored ->
                        PatchReader.read(Map.of("msq_len", 7), stored, folder, new FilePemStore()),
                    false))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("more.conf:2")
        .hasMessageContaining("wins over what would be written");
    assertThat(Files.readString(main)).contains("= 5");
  }

  /** Elsewhere a file is not finished when it is saved. */
  @Test
  void aFileAppliesByItselfInDevModeOnly() throws Exception {
    write("etc/nanomq.conf", "msq_len=5\n");
    LaunchMode before = LaunchMode.current();
    try {
      LaunchMode.set(LaunchMode.DEVELOPMENT);
      assertThat(documents().appliesByDefault()).isTrue();
      LaunchMode.set(LaunchMode.NORMAL);
      assertThat(documents().appliesByDefault()).isFalse();
    } finally {
      LaunchMode.set(before);
    }
  }

  private ConfDocuments documents() throws ConfException {
    ConfInputs inputs = new ConfInputs(List.of(), Map.of(), folder);
    return new ConfDocuments(
        inputs, inputs.load(Map.of(), null), null, new FilePemStore(), Clock.systemUTC());
  }

  private Path write(String name, String text) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
