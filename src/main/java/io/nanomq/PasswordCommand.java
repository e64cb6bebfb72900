package io.nanomq;

import io.nanomq.authn.PasswordHash;
import io.nanomq.config.store.FileConfStore;
import io.nanomq.config.store.StoredConf;
import io.nanomq.control.access.AccessException;
import io.nanomq.control.access.Passwords;
import io.nanomq.control.access.UserFile;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code nanomq passwd FILE NAME}: puts a user into a password file, or gives it another password;
 * {@code nanomq passwd -D FILE NAME} takes it out. The password is asked for, or is the first line
 * of what comes in; an argument would be seen by everybody on the machine.
 */
final class PasswordCommand {
  private static final String WORD = "passwd";
  private static final String DELETE = "-D";

  private PasswordCommand() {}

  static boolean isIn(String[] args) {
    return args.length > 0 && args[0].equals(WORD);
  }

  /**
   * Does it.
   *
   * @param in the password, where nobody can be asked
   * @return what the process ends with
   */
  static int run(String[] args, InputStream in, PrintStream out, PrintStream err) {
    boolean isDelete = args.length > 1 && args[1].equals(DELETE);
    int first = isDelete ? 2 : 1;
    if (args.length != first + 2) {
      err.println("usage: nanomq passwd [-D] FILE NAME");
      return 2;
    }
    try {
      change(Path.of(args[first]), args[first + 1], isDelete ? null : in);
      out.println(args[first] + " is written");
      return 0;
    } catch (IOException | AccessException e) {
      err.println("nanomq passwd: " + e.getMessage());
      return 1;
    }
  }

  /**
   * @param in null = the user goes
   */
  private static void change(Path path, String name, @Nullable InputStream in) throws IOException {
    var store = new FileConfStore(path);
    StoredConf before = store.read();
    UserFile file = UserFile.parse(new String(before.bytes(), StandardCharsets.UTF_8));
    if (in == null && file.find(name).isEmpty()) {
      throw new IOException("there is no " + name + " in " + path);
    }
    UserFile changed =
        in == null ? file.without(name) : file.with(name, PasswordHash.make(password(name, in)));
    store.write(before.version(), changed.text().getBytes(StandardCharsets.UTF_8));
  }

  private static String password(String name, InputStream in) throws IOException {
    Passwords.requireName(name);
    Console console = in.equals(System.in) ? System.console() : null;
    return Passwords.required(console == null ? line(in) : typed(console));
  }

  private static String line(InputStream in) throws IOException {
    var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    String line = lines.readLine();
    return line == null ? "" : line;
  }

  private static String typed(Console console) throws IOException {
    char[] one = console.readPassword("Password: ");
    char[] again = console.readPassword("Once more: ");
    if (one == null || again == null || !new String(one).equals(new String(again))) {
      throw new IOException("these are two different passwords");
    }
    return new String(one);
  }
}
