package io.nanomq.config.setting;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.KeyTable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PathIndexTest {
  private static final ConfKey KEY = KeyTable.get().byId("mqtt.max_packet_size");

  private static ConfEntry entry(String path) {
    return new ConfEntry(KEY, path, 1L, "1", ConfOrigin.DEFAULT);
  }

  @Test
  void findsInTheOrderOfTheDocument() {
    PathIndex index =
        new PathIndex(List.of(entry("b.2.x"), entry("a.1"), entry("b.10.x"), entry("bc.1")));
    assertThat(index.below("b.")).extracting(ConfEntry::path).containsExactly("b.2.x", "b.10.x");
    assertThat(index.below("c.")).isEmpty();
    assertThat(index.below("")).hasSize(4);
    assertThat(new PathIndex(List.of()).below("a.")).isEmpty();
  }

  @Test
  void findsWhatLookingAtEveryPathFinds() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      Set<String> paths = new LinkedHashSet<>();
      for (int i = random.nextInt(60); i > 0; i--) {
        paths.add(path(random));
      }
      List<ConfEntry> entries = new ArrayList<>();
      paths.forEach(path -> entries.add(entry(path)));
      String prefix = path(random).substring(0, random.nextInt(3));
      assertThat(new PathIndex(entries).below(prefix))
          .isEqualTo(entries.stream().filter(e -> e.path().startsWith(prefix)).toList());
    }
  }

  /** Letters on both sides of the dot in their order, and a surrogate pair. */
  private static String path(Random random) {
    StringBuilder path = new StringBuilder();
    for (int i = 2 + random.nextInt(5); i > 0; i--) {
      path.append(
          List.of("a", ".", "-", "\"", "0", "\uD83D\uDE00", "\uFFFD").get(random.nextInt(7)));
    }
    return path.toString();
  }
}
