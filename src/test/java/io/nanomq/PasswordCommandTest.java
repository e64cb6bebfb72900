package io.nanomq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.authn.PasswordHash;
import io.nanomq.control.access.UserFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/nanomq passwd}. */
class PasswordCommandTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("users.conf");
  }

  private int run(String typed, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "passwd";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    var to = new PrintStream(said, true, UTF_8);
    return PasswordCommand.run(all, new ByteArrayInputStream(typed.getBytes(UTF_8)), to, to);
  }

  private boolean matches(String user, String password) throws IOException {
    String stored = UserFile.parse(Files.readString(file)).find(user).orElseThrow();
    return PasswordHash.matches(password.getBytes(UTF_8), stored);
  }

  @Test
  void addsChangesAndRemoves() throws Exception {
    assertThat(run("one\nmore\n", file.toString(), "ann")).isZero();
    assertThat(matches("ann", "one")).isTrue();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.writeString(file, "# people\n" + Files.readString(file));
    assertThat(run("two", file.toString(), "bob")).isZero();
    assertThat(run("three\n", file.toString(), "ann")).isZero();
    assertThat(Files.readString(file)).startsWith("# people\n").doesNotContain("three");
    assertThat(matches("ann", "three")).isTrue();
    assertThat(matches("bob", "two")).isTrue();
    assertThat(run("", "-D", file.toString(), "ann")).isZero();
    assertThat(UserFile.parse(Files.readString(file)).users()).containsOnlyKeys("bob");
    assertThat(run("", "-D", file.toString(), "ann")).isEqualTo(1);
    assertThat(said.toString(UTF_8)).contains("there is no ann in").doesNotContain("three");
  }

  /** They would make a line that nobody can read, and the next start would be refused. */
  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a:b", "a\nb", "a\rb", " a", "\u0000"})
  void whatNobodyCanBeCalledIsNotWritten(String name) {
    assertThat(run("one\n", file.toString(), name)).isEqualTo(1);
    assertThat(said.toString(UTF_8)).contains("A name has");
    assertThat(file).doesNotExist();
  }

  @Test
  void whatCannotBeDoneChangesNothing() throws Exception {
    assertThat(run("\n", file.toString(), "ann")).isEqualTo(1);
    assertThat(run("", file.toString(), "ann")).isEqualTo(1);
    assertThat(run("one", file.toString())).isEqualTo(2);
    assertThat(file).doesNotExist();
    Files.writeString(file, "no user at all\n");
    assertThat(run("one", file.toString(), "ann")).isEqualTo(1);
    assertThat(said.toString(UTF_8)).contains("line 1 is no");
    assertThat(Files.readString(file)).isEqualTo("no user at all\n");
  }
}
