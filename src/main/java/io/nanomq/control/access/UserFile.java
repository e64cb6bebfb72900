package io.nanomq.control.access;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A password file, as NanoMQ's {@code nanomq_pwd.conf}: a name and a password or its hash a line,
 * between them a colon or an equals sign, each with quotes or without. Comments and empty lines
 * stay where they are. Immutable.
 */
public final class UserFile {
  static final UserFile EMPTY = new UserFile(List.of());

  private static final String PART = "(\"(?:[^\"\\\\]|\\\\.)*\"|[^\\s\"#:=][^\\s\"#:=,]*)";
  private static final String VALUE = "(\"(?:[^\"\\\\]|\\\\.)*\"|[^\\s\"#,]+)";
  private static final Pattern LINE =
      Pattern.compile("\\s*" + PART + "\\s*[:=]\\s*" + VALUE + "\\s*,?\\s*(?:(?:#|//).*)?");
  private static final Pattern COMMENT = Pattern.compile("\\s*(?:(?:#|//).*)?");

  private final List<Line> lines;

  /**
   * @param user null in a comment
   */
  private record Line(String text, @Nullable String user, @Nullable String password) {
    boolean isOf(String name) {
      return name.equals(user);
    }
  }

  private UserFile(List<Line> lines) {
    this.lines = List.copyOf(lines);
  }

  /**
   * Reads one.
   *
   * @throws IOException where a line is none, or a name comes twice: says which line, and nothing
   *     of what is in it
   */
  public static UserFile parse(String text) throws IOException {
    List<Line> lines = new ArrayList<>();
    Map<String, Integer> seen = new LinkedHashMap<>();
    List<String> all = text.lines().toList();
    for (int i = 0; i < all.size(); i++) {
      Line line = line(all.get(i), i + 1);
      lines.add(line);
      if (line.user != null && seen.put(line.user, i + 1) != null) {
        throw new IOException("line " + (i + 1) + " has a name that was there before");
      }
    }
    return new UserFile(lines);
  }

  private static Line line(String text, int number) throws IOException {
    if (COMMENT.matcher(text).matches()) {
      return new Line(text, null, null);
    }
    Matcher line = LINE.matcher(text);
    if (!line.matches()) {
      throw new IOException("line " + number + " is no \"name\": \"password\"");
    }
    return new Line(text, unquoted(line.group(1)), unquoted(line.group(2)));
  }

  private static String unquoted(String part) {
    return part.startsWith("\"")
        ? part.substring(1, part.length() - 1).replaceAll("\\\\(.)", "$1")
        : part;
  }

  private static String quoted(String part) {
    return '"' + part.replaceAll("([\\\\\"])", "\\\\$1") + '"';
  }

  /** User name to password or hash, in the order of the file. */
  public Map<String, String> users() {
    Map<String, String> users = new LinkedHashMap<>();
    for (Line line : lines) {
      if (line.user != null && line.password != null) {
        users.put(line.user, line.password);
      }
    }
    return users;
  }

  /** The password or hash of a user. */
  public Optional<String> find(String name) {
    return lines.stream().filter(line -> line.isOf(name)).map(Line::password).findFirst();
  }

  /** The same with a hash for a user, in its line, or in one more. */
  public UserFile with(String name, String hash) {
    Line line = new Line(quoted(name) + ": " + quoted(hash), name, hash);
    List<Line> changed = new ArrayList<>(lines);
    changed.replaceAll(old -> old.isOf(name) ? line : old);
    if (!changed.contains(line)) {
      changed.add(line);
    }
    return new UserFile(changed);
  }

  /** The same without a user. */
  public UserFile without(String name) {
    return new UserFile(lines.stream().filter(line -> !line.isOf(name)).toList());
  }

  /** The text of the file. */
  public String text() {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.text).append('\n'));
    return text.toString();
  }
}
