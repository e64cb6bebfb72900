package io.nanomq.config.setting;

import io.nanomq.config.key.value.ConfValueException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Resolves {@code ${ENV_NAME}} and {@code ${file:/path}} inside values when they are read. A file's
 * last line end is not part of its value, since editors and Secrets add one.
 */
public final class SecretReferences {
  static final Pattern REFERENCE = Pattern.compile("\\$\\{(file:)?([^}]*)}");
  static final Set<String> PLACEHOLDERS = Set.of("${clientid}", "${username}");
  private static final int MAX_FILE_BYTES = 64 * 1024;

  private final Map<String, String> environment;
  private final Path workingDirectory;
  private final @Nullable KnownReferences known;
  private boolean readsFiles;

  public SecretReferences(Map<String, String> environment, Path workingDirectory) {
    this(environment, workingDirectory, null);
  }

  /**
   * @param known what may be referred to; null = anything
   */
  public SecretReferences(
      Map<String, String> environment, Path workingDirectory, @Nullable KnownReferences known) {
    this.environment = Map.copyOf(environment);
    this.workingDirectory = workingDirectory;
    this.known = known;
  }

  /** Whether a text is read as something else than it says. */
  static boolean isIn(String text) {
    return text.contains("${");
  }

  /** Before anything of a setting is looked up. */
  void requireKnown(RawSetting setting, boolean hasPlaceholders) throws ConfValueException {
    if (known != null && setting.origin().layer() == Layer.FILE) {
      known.check(setting.texts(), setting.shown(), hasPlaceholders ? PLACEHOLDERS : Set.of());
    }
  }

  /**
   * @param hasPlaceholders whether {@code ${clientid}} and {@code ${username}} stand for what each
   *     client is called, and so stay as they are
   */
  String resolve(String text, boolean hasPlaceholders) throws ConfValueException {
    if (!isIn(text)) {
      return text;
    }
    Matcher matcher = REFERENCE.matcher(text);
    StringBuilder resolved = new StringBuilder();
    while (matcher.find()) {
      if (hasPlaceholders && PLACEHOLDERS.contains(matcher.group())) {
        matcher.appendReplacement(resolved, Matcher.quoteReplacement(matcher.group()));
        continue;
      }
      String name = matcher.group(2).strip();
      String value = matcher.group(1) == null ? variable(name) : file(name);
      matcher.appendReplacement(resolved, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(resolved).toString();
  }

  private String variable(String name) throws ConfValueException {
    String value = environment.get(name);
    if (value == null) {
      throw new ConfValueException(
          "names an environment variable that is not set", "a variable of this process");
    }
    return value;
  }

  /** Whether anything came from a file, which may change by itself. */
  public boolean readsFiles() {
    return readsFiles;
  }

  private String file(String name) throws ConfValueException {
    readsFiles = true;
    try {
      Path path = workingDirectory.resolve(name);
      byte[] bytes = SmallFile.read(path, MAX_FILE_BYTES);
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.replaceFirst("\r?\n\\z", "");
    } catch (IOException | InvalidPathException e) {
      throw new ConfValueException(
          "names a file that cannot be read (" + e + ")", "a readable text file in UTF-8");
    }
  }
}
