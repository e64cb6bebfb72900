package io.nanomq.control.backup;

import io.nanomq.config.LoadedConf;
import io.nanomq.config.store.ConfStore;
import io.nanomq.config.store.StoredConf;
import io.nanomq.control.ConfSource;
import io.nanomq.control.access.SideDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The documents that make a broker what it is, as they are stored: the configuration, what it
 * includes, and what the API keeps beside it. Keys and certificates are not among them. Blocks.
 */
final class ConfFiles {
  private static final List<String> SIDES = List.of("nanomq_banned.json", "nanomq_api_users.json");

  private final Supplier<LoadedConf> running;
  private final ConfSource source;
  private final SideDocuments sides;

  /**
   * @param running what was read last and is in force
   */
  ConfFiles(Supplier<LoadedConf> running, ConfSource source, SideDocuments sides) {
    this.running = running;
    this.source = source;
    this.sides = sides;
  }

  /** By name, those that are there. */
  Map<String, byte[]> read() throws IOException {
    Map<String, byte[]> all = new LinkedHashMap<>();
    LoadedConf loaded = running.get();
    Set<Path> paths = new TreeSet<>(loaded.documents().keySet());
    paths.addAll(loaded.includedFiles());
    Path main = loaded.source();
    Optional<ConfStore> store = source.store();
    for (Path path : paths) {
      if (store.isPresent() && path.equals(main)) {
        put(all, path.getFileName().toString(), store.get().read());
      } else if (Files.isRegularFile(path)) {
        put(all, path.getFileName().toString(), Files.readAllBytes(path));
      }
    }
    for (String side : SIDES) {
      put(all, side, sides.of(side).read());
    }
    String users = loaded.text("auth.user_file");
    if (!users.isEmpty()) {
      put(all, String.valueOf(Path.of(users).getFileName()), sides.of(users).read());
    }
    return all;
  }

  private static void put(Map<String, byte[]> all, String name, StoredConf stored) {
    if (!stored.version().equals(ConfStore.ABSENT)) {
      put(all, name, stored.bytes());
    }
  }

  /** Files of one name in several folders are told apart by a number. */
  private static void put(Map<String, byte[]> all, String name, byte[] bytes) {
    String free = name;
    for (int i = 2; all.containsKey(free); i++) {
      free = name + "." + i;
    }
    all.put(free, bytes);
  }
}
