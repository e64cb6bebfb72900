package io.nanomq.journal;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk of sectors that does what real ones do: until it is told to force a file, a crash keeps
 * any sectors of what was written, in any order, and some of them in part. Calls fail where a test
 * wants it.
 */
public final class FaultyDisk implements Disk {
  private static final int SECTOR = 512;

  private final Random random;
  private final Map<String, Bytes> files = new TreeMap<>();
  // One call in so many fails; 0 = none.
  private int failOneIn;
  private boolean failsForce;
  private long capacity = Long.MAX_VALUE;
  private boolean dead;

  public FaultyDisk(Random random) {
    this.random = random;
  }

  private static final class Bytes {
    byte[] safe;
    byte[] seen;
    final Map<Integer, Boolean> dirty = new HashMap<>();

    Bytes(int size) {
      safe = new byte[size];
      seen = new byte[size];
    }
  }

  public void failOneIn(int calls) {
    failOneIn = calls;
  }

  /** The next time that something is forced fails. */
  void failForce() {
    failsForce = true;
  }

  public void capacity(long bytes) {
    capacity = bytes;
  }

  /** The process has ended: its open files do nothing any more. */
  public FaultyDisk kill() {
    dead = true;
    var next = new FaultyDisk(random);
    next.files.putAll(files);
    return next;
  }

  /** The machine has lost its power. */
  public FaultyDisk losePower() {
    FaultyDisk next = kill();
    for (Bytes bytes : files.values()) {
      for (int sector : bytes.dirty.keySet()) {
        int kept = keeps();
        int from = sector * SECTOR;
        int some = Math.min(kept, bytes.safe.length - from);
        System.arraycopy(bytes.seen, from, bytes.safe, from, some);
      }
      bytes.dirty.clear();
      bytes.seen = bytes.safe.clone();
    }
    return next;
  }

  private int keeps() {
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> 0;
      case 3 -> random.nextInt(SECTOR);
      default -> SECTOR;
    };
  }

  /** Changes one byte that was safe. */
  void damage(String name, int at) {
    Bytes bytes = files.get(name);
    bytes.safe[at] ^= 0x10;
    bytes.seen[at] ^= 0x10;
  }

  byte[] bytes(String name) {
    return files.get(name).seen;
  }

  private void mayFail() throws IOException {
    if (dead) {
      throw new IOException("the process has ended");
    }
    if (failOneIn > 0 && random.nextInt(failOneIn) == 0) {
      throw new IOException("Input/output error");
    }
  }

  private Bytes find(String name) throws IOException {
    Bytes bytes = files.get(name);
    if (bytes == null) {
      throw new FileNotFoundException(name);
    }
    return bytes;
  }

  @Override
  public List<String> names() throws IOException {
    mayFail();
    return new ArrayList<>(files.keySet());
  }

  @Override
  public DiskFile open(String name) throws IOException {
    mayFail();
    return new Open(find(name));
  }

  @Override
  public DiskFile create(String name, long bytes) throws IOException {
    mayFail();
    take(bytes);
    Bytes made = new Bytes((int) bytes);
    files.put(name, made);
    return new Open(made);
  }

  private void take(long bytes) throws IOException {
    long used = files.values().stream().mapToLong(file -> file.seen.length).sum();
    if (used + bytes > capacity) {
      throw new IOException("No space left on device");
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    mayFail();
    files.put(to, find(from));
    files.remove(from);
  }

  @Override
  public void delete(String name) throws IOException {
    mayFail();
    files.remove(name);
  }

  @Override
  public void close() {
    dead = true;
  }

  private final class Open implements DiskFile {
    private final Bytes file;

    Open(Bytes file) {
      this.file = file;
    }

    @Override
    public long size() {
      return file.seen.length;
    }

    @Override
    public void write(long position, ByteBuffer bytes) throws IOException {
      mayFail();
      int length = bytes.remaining();
      if (position + length > file.seen.length) {
        take(position + length - file.seen.length);
        file.safe = Arrays.copyOf(file.safe, (int) position + length);
        file.seen = Arrays.copyOf(file.seen, (int) position + length);
      }
      bytes.get(file.seen, (int) position, length);
      for (long sector = position / SECTOR; sector * SECTOR < position + length; sector++) {
        file.dirty.put((int) sector, true);
      }
    }

    @Override
    public void read(long position, ByteBuffer into) throws IOException {
      mayFail();
      into.put(file.seen, (int) position, into.remaining());
    }

    @Override
    public void force() throws IOException {
      try {
        mayFail();
        if (failsForce) {
          failsForce = false;
          throw new IOException("Input/output error");
        }
      } catch (IOException failed) {
        // What was to be forced is dropped by some, and called clean.
        if (!dead && random.nextBoolean()) {
          file.dirty.keySet().forEach(sector -> restore(sector));
          file.dirty.clear();
        }
        throw failed;
      }
      file.safe = file.seen.clone();
      file.dirty.clear();
    }

    private void restore(int sector) {
      int from = sector * SECTOR;
      int some = Math.min(SECTOR, file.safe.length - from);
      System.arraycopy(file.safe, from, file.seen, from, some);
    }

    @Override
    public void close() {
      // Nothing is kept open.
    }
  }
}
