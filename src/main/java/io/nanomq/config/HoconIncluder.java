package io.nanomq.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Includes files and nothing else: a document that came over the network must not make the broker
 * fetch URLs. A file that is not there is a warning, as in NanoMQ, where it is not {@code
 * required}; one that cannot be read is an error.
 */
final class HoconIncluder
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
  private static final int MAX_DEPTH = 16;

  private final String source;
  private final Path folder;
  private final int depth;
  private final List<ConfProblem> problems;
  private final Map<String, List<String>> lines;
  private final HoconBounds bounds;

  /** For the document itself. */
  HoconIncluder(String source, Path folder, String text, HoconBounds bounds) {
    this(source, folder, 0, new ArrayList<>(), new HashMap<>(), bounds);
    lines.put(source, text.lines().toList());
  }

  private HoconIncluder(
      String source,
      Path folder,
      int depth,
      List<ConfProblem> problems,
      Map<String, List<String>> lines,
      HoconBounds bounds) {
    this.source = source;
    this.folder = folder;
    this.depth = depth;
    this.problems = problems;
    this.lines = lines;
    this.bounds = bounds;
  }

  List<ConfProblem> problems() {
    return List.copyOf(problems);
  }

  /** Whether the document includes anything, be it there or not. */
  boolean isUsed() {
    return bounds.includes() > 0;
  }

  /** The text of an included file; null where none was read. */
  @Nullable String text(String file) {
    List<String> text = lines.get(file);
    return text == null ? null : String.join("\n", text);
  }

  /** Whether a value that the parser says is from there may not be shown. */
  boolean hides(String source) {
    // Of values that were put together it names all files.
    HoconFolder open = new HoconFolder(folder);
    return lines.keySet().stream()
        .filter(file -> !file.equals(this.source) && source.contains(file))
        .anyMatch(file -> !open.shows(Path.of(file)));
  }

  /** A line of the document or of an included file, from 1; empty where it does not exist. */
  String line(String file, int number) {
    List<String> text = lines.getOrDefault(file, List.of());
    return number >= 1 && number <= text.size() ? text.get(number - 1) : "";
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    return read(what, isRequired(context));
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return read(what.getPath(), isRequired(context));
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    return refuse(what.toString(), "is not a file", "include \"file\"");
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    return refuse(what, "is not a file", "include \"file\"");
  }

  private static boolean isRequired(ConfigIncludeContext context) {
    return !context.parseOptions().getAllowMissing();
  }

  private ConfigObject read(String what, boolean isRequired) {
    if (depth >= MAX_DEPTH) {
      return refuse(what, "includes in a circle or too deep", "at most " + MAX_DEPTH + " levels");
    }
    if (!bounds.include()) {
      String expected = "at most " + HoconBounds.MAX_INCLUDES + " files";
      return refuse(what, "is one too many", expected);
    }
    try {
      Path path = folder.resolve(what).normalize();
      String name = path.toString();
      String text = ConfText.decode(name, SmallFile.read(path, ConfText.MAX_BYTES));
      bounds.checkIncluded(name, text);
      lines.put(name, text.lines().toList());
      Path parent = path.getParent() == null ? Path.of("") : path.getParent();
      HoconIncluder inner = new HoconIncluder(name, parent, depth + 1, problems, lines, bounds);
      return ConfigFactory.parseString(text, HoconDocument.options(name, inner)).root();
    } catch (NoSuchFileException e) {
      ConfProblem gone = ConfProblem.in(source, "includes " + what + ", which is not there", "");
      problems.add(isRequired ? gone : gone.asWarning());
    } catch (IOException | InvalidPathException e) {
      refuse(what, "cannot be read (" + e + ")", "a readable file");
    } catch (ConfException e) {
      problems.addAll(e.problems());
    } catch (ConfigException e) {
      problems.add(HoconProblems.ofIncluded(source, e));
    }
    return ConfigFactory.empty().root();
  }

  private ConfigObject refuse(String what, String reason, String expected) {
    problems.add(ConfProblem.in(source, "include of " + what + " " + reason, expected));
    return ConfigFactory.empty().root();
  }
}
