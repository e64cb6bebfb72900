package io.nanomq.it;

import io.netty.util.ResourceLeakDetector;

/**
 * While it is open only a sample of buffers is watched for leaks: for tests that measure time, of
 * which a paranoid detector takes most, with a stack trace for every access to every buffer.
 */
final class Unwatched implements AutoCloseable {
  private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();

  Unwatched() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
  }

  @Override
  public void close() {
    ResourceLeakDetector.setLevel(before);
  }
}
