package io.nanomq.kubernetes;

import io.nanomq.config.store.ConfStore;
import io.nanomq.config.store.StoredConf;
import io.nanomq.tls.PemSource;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the files of a mounted Secret will be. The kubelet brings a volume up to date within about a
 * minute; until then the content that the Secret is known to have stands in for the file. It does
 * so only while the file is one that was there before: a file with a content of its own is newer
 * than what we know, and counts. Nothing is kept on disk.
 *
 * <p>Shared: the map is concurrent and its values are immutable.
 */
final class SecretOverlay {
  private final Map<Path, Entry> all = new ConcurrentHashMap<>();

  /**
   * @param content in force
   * @param before versions of the file that came before it
   */
  private record Entry(byte[] content, Set<String> before) {}

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** The file, or what stands in for it. */
  byte[] read(Path file) throws IOException {
    Entry entry = all.get(file);
    if (entry == null) {
      return PemSource.DISK.read(file);
    }
    if (entry.before().contains(version(file))) {
      return entry.content().clone();
    }
    all.remove(file, entry);
    return PemSource.DISK.read(file);
  }

  /** The Secret has {@code content} for a file at this moment, whatever the file has. */
  void learn(Path file, byte[] content) throws IOException {
    String mounted = version(file);
    String known = version(content);
    if (mounted.equals(known)) {
      all.remove(file);
      return;
    }
    Set<String> before = new HashSet<>();
    Entry last = all.get(file);
    if (last != null && last.before().contains(mounted)) {
      // The volume may show each of these on its way to the newest.
      before.addAll(last.before());
      before.add(version(last.content()));
    }
    before.add(mounted);
    before.remove(known);
    all.put(file, new Entry(content.clone(), Set.copyOf(before)));
  }

  /** The Secret no longer has it; the file counts, for as long as it is there. */
  void forget(Path file) {
    all.remove(file);
  }

  private static String version(Path file) throws IOException {
    try {
      return version(PemSource.DISK.read(file));
    } catch (NoSuchFileException e) {
      return ConfStore.ABSENT;
    }
  }

  private static String version(byte[] content) {
    return new StoredConf("", content).hash();
  }
}
