package io.nanomq.config.key;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows of the table of keys from the {@code .keys} files beside this class. A row is
 *
 * <pre>
 * HOCON path | key=value name | type | default | marks
 *   What it does, on lines of their own.
 * </pre>
 *
 * <ul>
 *   <li>{@code -} is none, {@code =} the same name as in HOCON (in a bridge, but for what {@link
 *       KeyMatch} knows under another name), {@code ""} an empty default.
 *   <li>Marks: first the {@link Effect}; then a {@link Support} other than {@code in_effect},
 *       {@code secret}, {@code place of} and the section whose values go where this one says, an
 *       environment variable other than that of the name or {@code no variable}, and options of the
 *       command line.
 *   <li>{@code {a,b}} makes a row for each. The first braces of every column go together, then the
 *       second ones.
 * </ul>
 */
final class KeyRows {
  private static final Pattern CHOICE = Pattern.compile("\\{([\\w.<>-]*(?:,[\\w.<>-]*)+)}");
  private static final String BAR = " | ";
  private static final Pattern BARS = Pattern.compile(BAR, Pattern.LITERAL);
  private static final int COLUMNS = 6;

  private KeyRows() {}

  /**
   * @throws IllegalStateException where a row is wrong: a mistake of ours
   */
  static List<ConfKey> read(String file) {
    try (InputStream in = KeyRows.class.getResourceAsStream(file)) {
      var text = new InputStreamReader(Objects.requireNonNull(in, file), StandardCharsets.UTF_8);
      return read(new BufferedReader(text).lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<ConfKey> read(List<String> lines) {
    List<ConfKey> keys = new ArrayList<>();
    String row = "";
    StringBuilder description = new StringBuilder();
    for (String line : lines) {
      if (line.startsWith("  ")) {
        description.append(description.isEmpty() ? "" : " ").append(line, 2, line.length());
      } else if (!line.startsWith("#")) {
        add(row, description.toString(), keys);
        row = line;
        description.setLength(0);
      }
    }
    add(row, description.toString(), keys);
    return keys;
  }

  private static void add(String row, String description, List<ConfKey> keys) {
    if (row.isEmpty()) {
      return;
    }
    String[] columns = BARS.split(row + BAR + description, COLUMNS);
    try {
      if (row.indexOf('{') >= 0) {
        expand(columns, keys);
      } else {
        keys.add(key(columns));
      }
    } catch (RuntimeException e) {
      throw new IllegalStateException("a row of the table of keys is wrong: " + row, e);
    }
  }

  private static void expand(String[] columns, List<ConfKey> keys) {
    int count = 0;
    for (String column : columns) {
      Matcher choice = CHOICE.matcher(column);
      count = Math.max(count, choice.find() ? choice.group(1).split(",", -1).length : 0);
    }
    if (count == 0) {
      keys.add(key(columns));
    }
    for (int i = 0; i < count; i++) {
      String[] chosen = columns.clone();
      for (int c = 0; c < chosen.length; c++) {
        Matcher choice = CHOICE.matcher(chosen[c]);
        if (choice.find()) {
          String word = choice.group(1).split(",", -1)[i];
          String rest = chosen[c].substring(choice.end());
          chosen[c] = chosen[c].substring(0, choice.start()) + word + rest;
        }
      }
      expand(chosen, keys);
    }
  }

  private static ConfKey key(String[] columns) {
    String hocon = name(columns[0]);
    String keyValue = columns[1].equals("=") ? sameName(hocon) : name(columns[1]);
    String id = hocon.isEmpty() ? keyValue : hocon;
    String usual = columns[3].equals("\"\"") ? "" : columns[3];
    Marks marks = new Marks(columns[4].split(","));
    return new ConfKey(
        id,
        new ConfKey.Names(keyValue, hocon, marks.variable(keyValue, hocon), marks.options()),
        TypeText.parse(columns[2]),
        usual.equals("-") ? null : usual,
        marks.effect,
        marks.support,
        marks.secret,
        marks.placeOf,
        columns[5]);
  }

  private static String name(String column) {
    return column.equals("-") ? "" : column;
  }

  private static String sameName(String hocon) {
    String ofBridge = KeyMatch.ofNamedBridge(hocon);
    return ofBridge.isEmpty() ? hocon : ofBridge;
  }

  /** The last column. */
  private static final class Marks {
    private static final String NO_VARIABLE = "no variable";
    private static final String PLACE = "place of ";

    private final Effect effect;
    private final List<String> options = new ArrayList<>();
    private Support support = Support.IN_EFFECT;
    private boolean secret;
    private String placeOf = "";
    private @Nullable String variable;

    Marks(String[] marks) {
      effect = Effect.valueOf(marks[0].toUpperCase(Locale.ROOT));
      for (int i = 1; i < marks.length; i++) {
        read(marks[i].strip());
      }
    }

    private void read(String mark) {
      if (mark.startsWith("-")) {
        options.add(mark);
      } else if (mark.equals("secret")) {
        secret = true;
      } else if (mark.startsWith(PLACE)) {
        placeOf = mark.substring(PLACE.length());
      } else if (mark.equals(NO_VARIABLE)) {
        variable = "";
      } else if (mark.startsWith("NANOMQ_")) {
        variable = mark;
      } else {
        support = Support.valueOf(mark.toUpperCase(Locale.ROOT));
      }
    }

    /** A key that stands for many has no variable of its own. */
    String variable(String keyValue, String hocon) {
      if (variable != null) {
        return variable;
      }
      String name = keyValue.isEmpty() ? hocon : keyValue;
      return ConfKey.isIndexed(name)
          ? ""
          : "NANOMQ_" + name.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    String options() {
      return String.join(", ", options);
    }
  }
}
