package io.nanomq.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** Contents of which only the newest value of each key is needed. */
final class KeyValues implements RecordHandler {
  /** A value, and the segment that it stands in. */
  private record Value(long version, long segment, int length) {}

  private final Map<Integer, Value> values = new HashMap<>();
  private long live;
  private int frames;

  /** A record: length of it all, key, version, and something to fill it up. */
  static void write(RecordBuffer to, int key, long version, int length) {
    to.writeInt(length);
    to.writeInt(key);
    to.writeLong(version);
    to.writeBytes(new byte[length], 0, length);
  }

  Map<Integer, Long> versions() {
    Map<Integer, Long> versions = new HashMap<>();
    values.forEach((key, value) -> versions.put(key, value.version));
    return versions;
  }

  @Override
  public void apply(long segment, int at, byte[] records, int length) {
    frames++;
    ByteBuffer in = ByteBuffer.wrap(records, 0, length);
    while (in.hasRemaining()) {
      int filling = in.getInt();
      int key = in.getInt();
      long version = in.getLong();
      in.position(in.position() + filling);
      Value before = values.put(key, new Value(version, segment, filling + 16));
      live += filling + 16 - (before == null ? 0 : before.length);
    }
  }

  /** How many frames were told of. */
  int frames() {
    return frames;
  }

  @Override
  public boolean hasImage() {
    return true;
  }

  @Override
  public void write(ImageOutput to) throws IOException {
    to.writeInt(values.size());
    for (Map.Entry<Integer, Value> each : values.entrySet()) {
      to.writeInt(each.getKey());
      to.writeLong(each.getValue().version);
      to.writeLong(each.getValue().segment);
      to.writeInt(each.getValue().length);
    }
  }

  @Override
  public boolean read(ImageInput from) throws IOException {
    for (int rest = from.readInt(); rest > 0; rest--) {
      int key = from.readInt();
      Value value = new Value(from.readLong(), from.readLong(), from.readInt());
      values.put(key, value);
      live += value.length;
    }
    return true;
  }

  @Override
  public long liveBytes() {
    return live;
  }

  @Override
  public Keeper keeper(long segment) {
    return (at, records, length, to) -> {
      keep(segment, records, length, to);
      return true;
    };
  }

  private void keep(long segment, byte[] records, int length, RecordBuffer to) {
    ByteBuffer in = ByteBuffer.wrap(records, 0, length);
    while (in.hasRemaining()) {
      int filling = in.getInt();
      int key = in.getInt();
      long version = in.getLong();
      in.position(in.position() + filling);
      Value now = values.get(key);
      if (now != null && now.segment == segment && now.version == version) {
        write(to, key, version, filling);
      }
    }
  }
}
