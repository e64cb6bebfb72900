package io.nanomq.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ThreadPriorityTest {
  /** Behind the name, which ends with the line's last bracket [proc(5)]. */
  private static final int NICE_FIELD = 16;

  @Test
  void theThreadIsBehindTheOthers() throws Exception {
    int here = nice();
    var there = new CompletableFuture<Integer>();
    var thread =
        new Thread(
            () -> {
              try {
                ThreadPriority.lower();
                there.complete(nice());
              } catch (IOException e) {
                there.completeExceptionally(e);
              }
            });
    thread.start();
    assertThat(there.get()).isEqualTo(ThreadPriority.NICE);
    assertThat(nice()).isEqualTo(here).isLessThan(ThreadPriority.NICE);
  }

  private static int nice() throws IOException {
    String stat = Files.readString(Path.of("/proc/thread-self/stat"));
    return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[NICE_FIELD]);
  }
}
