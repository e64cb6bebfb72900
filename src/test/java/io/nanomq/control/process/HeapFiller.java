package io.nanomq.control.process;

import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.List;

/**
 * A process of its own that runs out of heap on an event loop, which catches what happens there.
 */
final class HeapFiller {
  private HeapFiller() {}

  public static void main(String[] args) throws InterruptedException {
    OutOfMemoryExit.install();
    DefaultEventLoop loop = new DefaultEventLoop();
    List<byte[]> all = new ArrayList<>();
    Runnable fill =
        () -> {
          while (all.size() < Integer.MAX_VALUE) {
            all.add(new byte[1 << 20]);
          }
        };
    loop.submit(() -> loop.execute(fill)).await();
    loop.terminationFuture().await();
  }
}
