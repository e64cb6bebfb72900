package io.nanomq.config.document.hocon;

import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How much one document, with all that it includes, may ask of the HOCON parser. The parser takes
 * texts of any shape, but copies a section for every part that is merged into it, and resolves
 * substitutions that double until the memory is gone; so what a text is made of is counted before.
 * The bounds are many times what a configuration of tens of thousands of users has.
 */
final class HoconBounds {
  static final int MAX_TOKENS = 400_000;

  /** The parser keeps an object for each that is empty or has a comment, to write it back. */
  static final int MAX_LINES = 200_000;

  static final int MAX_KEYS = 50_000;
  static final int MAX_SECTIONS = 30_000;
  static final int MAX_NESTING = 64;
  static final int MAX_KEY_LENGTH = 1_000;
  static final int MAX_PIECES = 1_000;
  static final int MAX_SUBSTITUTIONS = 500;
  static final int MAX_INCLUDES = 64;

  /** Members that are copied because parts of a section are merged: about two seconds. */
  static final long MAX_COPIES = 20_000_000;

  /** Characters, and {@link HoconGrowth#TOKEN} for each value, once substitutions are filled in. */
  static final long MAX_RESOLVED = 32_000_000;

  private final HoconGrowth growth = new HoconGrowth();
  private final Set<String> seen = new HashSet<>();
  private int tokens;
  private int lines;
  private int keys;
  private int sections;
  private int substitutions;
  private int includes;
  private long copies;

  /**
   * Looks at the document itself, before it is parsed.
   *
   * @return its includes
   * @throws ConfException with the line where it becomes too much
   */
  List<HoconScan.Include> check(String name, String text) throws ConfException {
    return new HoconScan(name, text, this).run();
  }

  /** The same for a file that is included. */
  List<HoconScan.Include> checkIncluded(String name, String text) throws ConfException {
    growth.included();
    seen.clear();
    return check(name, text);
  }

  /**
   * To be asked before substitutions are resolved.
   *
   * @throws ConfException where the outcome could be too large
   */
  void checkResolved(String name, Map<String, String> environment) throws ConfException {
    if (growth.size(environment) > MAX_RESOLVED) {
      String expected = "substitutions that do not multiply each other";
      throw new ConfException(
          ConfProblem.in(name, "grows too large by its substitutions", expected));
    }
  }

  HoconGrowth growth() {
    return growth;
  }

  void token(HoconScan at) throws ConfException {
    limit(at, ++tokens, MAX_TOKENS, "values and signs");
  }

  void line(HoconScan at) throws ConfException {
    limit(at, ++lines, MAX_LINES, "lines");
  }

  /** A key or section of that path. */
  void key(HoconScan at, String path, int elements) throws ConfException {
    limit(at, ++keys, MAX_KEYS, "keys");
    boolean isNew = seen.add(path);
    if (!isNew || elements > 1) {
      merge(at);
    }
  }

  void section(HoconScan at) throws ConfException {
    limit(at, ++sections, MAX_SECTIONS, "sections");
  }

  void substitution(HoconScan at) throws ConfException {
    limit(at, ++substitutions, MAX_SUBSTITUTIONS, "substitutions");
  }

  /** Whether one more file may be included. */
  boolean include() {
    return ++includes <= MAX_INCLUDES;
  }

  /** Whether anything is to be filled in. */
  boolean substitutes() {
    return substitutions > 0;
  }

  /** How many were asked for. */
  int includes() {
    return includes;
  }

  void pieces(HoconScan at, int count) throws ConfException {
    limit(at, count, MAX_PIECES, "parts of one value");
  }

  void nesting(HoconScan at, int levels) throws ConfException {
    if (levels > MAX_NESTING) {
      throw at.problem("nests too deep", "at most " + MAX_NESTING + " levels");
    }
  }

  /** A part of a section that is there already: the parser copies what it has. */
  void merge(HoconScan at) throws ConfException {
    copies += keys;
    if (copies > MAX_COPIES) {
      throw at.problem(
          "has too many parts of sections that have to be merged",
          "sections that are written once, with short keys in them");
    }
  }

  private static void limit(HoconScan at, int count, int most, String what) throws ConfException {
    if (count > most) {
      throw at.problem("has too many " + what, "at most " + most);
    }
  }
}
