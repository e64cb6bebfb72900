package io.nanomq.it;

import io.nanomq.journal.Disk;
import io.nanomq.journal.FileDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;

/** A folder whose disk answers when it is told to. */
final class GatedDisk implements Disk {
  private final Disk real;
  private final Semaphore open = new Semaphore(1);
  private volatile boolean broken;

  GatedDisk(Path folder) throws IOException {
    real = new FileDisk(folder);
  }

  /** Nothing is forced from now on. */
  void shut() {
    open.acquireUninterruptibly();
  }

  void open() {
    open.release();
  }

  /** Nothing is made or forced any more, whoever asks. */
  void breaks() {
    broken = true;
  }

  private void works() throws IOException {
    if (broken) {
      throw new IOException("Input/output error");
    }
  }

  @Override
  public List<String> names() throws IOException {
    return real.names();
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new Gated(real.open(name));
  }

  @Override
  public DiskFile create(String name, long bytes) throws IOException {
    works();
    return new Gated(real.create(name, bytes));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    real.rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    real.delete(name);
  }

  @Override
  public void close() throws IOException {
    real.close();
  }

  private final class Gated implements DiskFile {
    private final DiskFile file;

    Gated(DiskFile file) {
      this.file = file;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void write(long position, ByteBuffer bytes) throws IOException {
      file.write(position, bytes);
    }

    @Override
    public void read(long position, ByteBuffer into) throws IOException {
      file.read(position, into);
    }

    @Override
    public void force() throws IOException {
      open.acquireUninterruptibly();
      open.release();
      works();
      file.force();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
