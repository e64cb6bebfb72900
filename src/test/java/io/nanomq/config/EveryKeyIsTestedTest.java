package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.KeyTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each key that is in effect has a test that shows what it does: one that sets it by its full name
 * in a document, or one that {@code key-tests.txt} names, which is there and sets it.
 */
class EveryKeyIsTestedTest {
  private static final String FILE = "key-tests.txt";

  /** By these a test has a broker as a whole, here or in a process of its own. */
  private static final List<String> WHOLE = List.of("TestBroker", "@QuarkusTest", "PackagedBroker");

  /** What takes a log daemon, a loss of power or a cluster to be seen. */
  private static final int SEEN_IN_PARTS = 3;

  /** A line: keys, tests, and what shows that a test is about them; null = their last name. */
  private record Line(String ids, List<String> tests, String word) {
    static Line of(String text) {
      String[] parts = text.strip().split("\\s+");
      return new Line(parts[0], List.of(parts[1].split(",")), parts.length > 2 ? parts[2] : null);
    }
  }

  @Test
  void eachKeyHasATestThatSetsIt() throws IOException {
    Map<String, String> sources = sources();
    List<Line> lines = lines();
    List<String> untested = new ArrayList<>();
    for (ConfKey key : KeyTable.get().keys()) {
      if (key.inEffect()) {
        boolean isNamed =
            lines.stream()
                .filter(line -> key.id().matches(line.ids()))
                .findFirst()
                .filter(line -> line.tests().stream().anyMatch(t -> sets(sources, t, line, key)))
                .isPresent();
        if (!isNamed && sources.values().stream().noneMatch(source -> sets(source, key))) {
          untested.add(key.id());
        }
      }
    }
    assertThat(untested).isEmpty();
  }

  /** The others are seen where they are read: the disk, Kubernetes, the log. */
  @Test
  void mostAreSetOnABrokerThatRuns() throws IOException {
    Map<String, String> sources = sources();
    sources.values().removeIf(source -> WHOLE.stream().noneMatch(source::contains));
    List<Line> lines = lines();
    List<String> inParts =
        KeyTable.get().keys().stream()
            .filter(ConfKey::inEffect)
            .filter(key -> lines.stream().noneMatch(line -> isShown(sources, line, key)))
            .map(ConfKey::id)
            .toList();
    assertThat(inParts).hasSizeLessThanOrEqualTo(SEEN_IN_PARTS);
  }

  private static boolean isShown(Map<String, String> sources, Line line, ConfKey key) {
    return key.id().matches(line.ids())
        && line.tests().stream().anyMatch(test -> sets(sources, test, line, key));
  }

  @Test
  void theTestsAreThereAndSoAreTheKeys() throws IOException {
    Map<String, String> sources = sources();
    var ids = new TreeSet<>(KeyTable.get().keys().stream().map(ConfKey::id).toList());
    for (Line line : lines()) {
      assertThat(sources).as(line.ids()).containsKeys(line.tests().toArray(String[]::new));
      assertThat(ids).as(line.ids()).anyMatch(id -> id.matches(line.ids()));
    }
  }

  private static boolean sets(String source, ConfKey key) {
    return names(key).anyMatch(name -> source.contains(name + "=") || source.contains(name + " ="));
  }

  private static Stream<String> names(ConfKey key) {
    return Stream.of(key.keyValue(), key.hocon()).filter(name -> !name.isEmpty());
  }

  private static boolean sets(Map<String, String> sources, String test, Line line, ConfKey key) {
    String source = sources.getOrDefault(test, "");
    if (line.word() != null) {
      return source.contains(line.word());
    }
    return names(key).anyMatch(name -> source.contains(lastName(name)));
  }

  private static String lastName(String name) {
    String[] parts = name.split("\\.");
    int last = parts.length - 1;
    while (parts[last].startsWith("<")) {
      last--;
    }
    return parts[last];
  }

  private static List<Line> lines() throws IOException {
    return Confs.resource(FILE)
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(Line::of)
        .toList();
  }

  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        String name = file.getFileName().toString();
        sources.put(name.substring(0, name.length() - 5), Files.readString(file));
      }
    }
    return sources;
  }
}
