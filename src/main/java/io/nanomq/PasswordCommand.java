package io.nanomq;

import io.nanomq.authn.PasswordHash;
import io.nanomq.config.store.FileConfStore;
import io.nanomq.config.store.StoredConf;
import io.nanomq.control.access.UserFile;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

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
   * @return what the process ends with
   */
  static int run(String[] args, PrintStream out, PrintStream err) {
    boolean isDelete = args.length > 1 && args[1].equals(DELETE);
    int first = isDelete ? 2 : 1;
    if (args.length != first + 2) {
      err.println("usage: nanomq passwd [-D] FILE NAME");
      return 2;
    }
    try {
      change(Path.of(args[first]), args[first + 1], isDelete);
      out.println(args[first] + " is written");
      return 0;
    } catch (IOException e) {
      err.println("nanomq passwd: " + e.getMessage());
      return 1;
    }
  }

  private static void change(Path path, String name, boolean isDelete) throws IOException {
    var store = new FileConfStore(path);
    StoredConf before = store.read();
    UserFile file = UserFile.parse(new String(before.bytes(), StandardCharsets.UTF_8));
    if (isDelete && file.find(name).isEmpty()) {
      throw new IOException("there is no " + name + " in " + path);
    }
    UserFile changed =
        isDelete ? file.without(name) : file.with(name, PasswordHash.make(password(name)));
    store.write(before.version(), changed.text().getBytes(StandardCharsets.UTF_8));
  }

  private static String password(String name) throws IOException {
    if (name.isBlank() || name.indexOf(':') >= 0) {
      throw new IOException("a name is not empty and has no colon");
    }
    Console console = System.console();
    String password = console == null ? line() : typed(console);
    if (password.isEmpty()) {
      throw new IOException("an empty password is none");
    }
    return password;
  }

  private static String line() throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line = in.readLine();
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
