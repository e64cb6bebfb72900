package io.nanomq.config.document.hocon;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import io.nanomq.config.document.DocumentText;
import io.nanomq.config.document.IncludedFile;
import io.nanomq.config.document.IncludedFile.State;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.SmallFile;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Includes files and nothing else: a document that came over the network must not make the broker
 * fetch URLs. A file that is not there is a warning, as in NanoMQ, where it is not {@code
 * required}, and where it does not stand in a section that says who gets in; one that cannot be
 * read is an error.
 */
final class HoconIncluder extends FileIncluder {
  private static final int MAX_DEPTH = 16;

  private final String source;
  private final Path folder;
  private final int depth;
  private final boolean isLocked;
  private final Iterator<HoconScan.Include> places;
  private final Whole whole;

  /** What a document and all that it includes have in common. */
  private record Whole(
      HoconBounds bounds,
      List<ConfProblem> problems,
      List<IncludedFile> files,
      IncludedReferences references,
      Map<String, List<String>> lines) {}

  /**
   * For the document itself.
   *
   * @param places its includes, in order
   */
  HoconIncluder(
      String source, Path folder, String text, HoconBounds bounds, List<HoconScan.Include> places) {
    this(
        source,
        folder,
        0,
        false,
        places,
        new Whole(
            bounds,
            new ArrayList<>(),
            new ArrayList<>(),
            new IncludedReferences(),
            new HashMap<>()));
    whole.lines.put(source, text.lines().toList());
  }

  private HoconIncluder(
      String source,
      Path folder,
      int depth,
      boolean isLocked,
      List<HoconScan.Include> places,
      Whole whole) {
    this.source = source;
    this.folder = folder;
    this.depth = depth;
    this.isLocked = isLocked;
    this.places = places.iterator();
    this.whole = whole;
  }

  List<ConfProblem> problems() {
    return List.copyOf(whole.problems);
  }

  List<IncludedFile> files() {
    return List.copyOf(whole.files);
  }

  IncludedReferences references() {
    return whole.references;
  }

  /** Whether the document includes anything, be it there or not. */
  boolean isUsed() {
    return whole.bounds.includes() > 0;
  }

  /** The text of an included file; null where none was read. */
  @Nullable String text(String file) {
    List<String> text = whole.lines.get(file);
    return text == null ? null : String.join("\n", text);
  }

  /** Whether a value that the parser says is from there may not be shown. */
  boolean hides(String source) {
    // Of values that were put together it names all files.
    HoconFolder open = new HoconFolder(folder);
    return whole.lines.keySet().stream()
        .filter(file -> !file.equals(this.source) && source.contains(file))
        .anyMatch(file -> !open.shows(Path.of(file)));
  }

  /** A line of the document or of an included file, from 1; empty where it does not exist. */
  String line(String file, int number) {
    List<String> text = whole.lines.getOrDefault(file, List.of());
    return number >= 1 && number <= text.size() ? text.get(number - 1) : "";
  }

  @Override
  ConfigObject file(String what, boolean isRequired) {
    return read(what, place(), isRequired);
  }

  @Override
  ConfigObject noFile(String what) {
    return refuse(what, place(), "is not a file", "include \"file\"");
  }

  /** Of the include that the parser is at; one that was not seen before is taken as a lock. */
  private HoconScan.Include place() {
    HoconScan.Include place = places.hasNext() ? places.next() : new HoconScan.Include(0, true);
    return isLocked ? new HoconScan.Include(place.line(), true) : place;
  }

  private ConfigObject read(String what, HoconScan.Include place, boolean isRequired) {
    if (depth >= MAX_DEPTH) {
      String expected = "at most " + MAX_DEPTH + " levels";
      return refuse(what, place, "includes in a circle or too deep", expected);
    }
    if (!whole.bounds.include()) {
      String expected = "at most " + HoconBounds.MAX_INCLUDES + " files";
      return refuse(what, place, "is one too many", expected);
    }
    Path path;
    try {
      path = folder.resolve(what).normalize();
    } catch (InvalidPathException e) {
      return refuse(what, place, "cannot be read (" + e + ")", "a readable file");
    }
    try {
      ConfigObject object = parsed(path, place);
      boolean isVain = HoconDocument.saysNothing(object, false);
      if (isVain && place.isLock()) {
        add(place, "includes " + what + ", which is empty or holds comments only", true);
      }
      record(path, place, isVain ? State.EMPTY : State.READ, isVain && place.isLock());
      if (!isVain && HoconDocument.saysNothing(object, true)) {
        IncludedFile file = whole.files.get(whole.files.size() - 1);
        whole.references.add(file, object, place.isLock());
      }
      return object;
    } catch (NoSuchFileException e) {
      boolean isError = isRequired || place.isLock();
      add(place, "includes " + what + ", which is not there", isError);
      record(path, place, State.MISSING, isError);
    } catch (IOException e) {
      record(path, place, State.UNREADABLE, true);
      return refuse(what, place, "cannot be read (" + e + ")", "a readable file");
    } catch (ConfException e) {
      record(path, place, State.BROKEN, true);
      whole.problems.addAll(e.problems());
    } catch (ConfigException e) {
      record(path, place, State.BROKEN, true);
      whole.problems.add(HoconProblems.ofIncluded(new HoconPlaces(source), e));
    }
    return nothing();
  }

  private ConfigObject parsed(Path path, HoconScan.Include place)
      throws IOException, ConfException {
    String name = path.toString();
    String text = DocumentText.decode(name, SmallFile.read(path, DocumentText.MAX_BYTES));
    List<HoconScan.Include> inside = whole.bounds.checkIncluded(name, text);
    whole.lines.put(name, text.lines().toList());
    Path parent = path.getParent() == null ? Path.of("") : path.getParent();
    var inner = new HoconIncluder(name, parent, depth + 1, place.isLock(), inside, whole);
    return ConfigFactory.parseString(text, HoconDocument.options(name, inner)).root();
  }

  private void record(Path path, HoconScan.Include place, State state, boolean isError) {
    whole.files.add(new IncludedFile(path, source, place.line(), state, isError));
  }

  private ConfigObject refuse(
      String what, HoconScan.Include place, String reason, String expected) {
    whole.problems.add(problem(place, "include of " + what + " " + reason, expected));
    return nothing();
  }

  private void add(HoconScan.Include place, String reason, boolean isError) {
    String lock = place.isLock() ? ", and who gets in may depend on it" : "";
    ConfProblem problem = problem(place, reason + lock, "");
    whole.problems.add(isError ? problem : problem.asWarning());
  }

  private ConfProblem problem(HoconScan.Include place, String reason, String expected) {
    return ConfProblem.in(source, place.line(), 0, reason, expected);
  }
}
