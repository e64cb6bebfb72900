package io.nanomq.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The flags of bin/jvm.options are for a JVM of its own. */
@EnabledOnOs(OS.LINUX)
class ThreadPriorityTest {
  /** Behind the name, which ends with the line's last bracket [proc(5)]. */
  private static final int NICE_FIELD = 16;

  @Test
  void onlyTheThreadIsBehindTheOthers() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process process =
        new ProcessBuilder(
                java.toString(),
                "@" + Path.of("bin/jvm.options").toAbsolutePath(),
                "-cp",
                Path.of("target/classes") + ":" + Path.of("target/test-classes"),
                Child.class.getName())
            .redirectErrorStream(true)
            .start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes()).lines().sorted().distinct().toList();
    assertThat(process.waitFor()).as(lines.toString()).isZero();
    // For root the JVM's threads are at 0 wherever it was started.
    int before = Math.min(9, nice(Path.of("/proc/thread-self")));
    assertThat(lines)
        .contains("lowered 10", "inherited 10")
        .containsAnyOf("before " + before, "before 0")
        .containsAnyOf("compiler " + before, "compiler 0")
        .hasSize(4);
  }

  /** Says how nice its threads are. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws Exception {
      say("before");
      var lowered = new Thread(Child::lower);
      lowered.start();
      lowered.join();
      try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
        for (Path task : tasks.toList()) {
          if (name(task).contains("CompilerThre")) {
            System.out.println("compiler " + nice(task));
          }
        }
      }
    }

    /** Empty where it has just ended. */
    private static String name(Path task) throws IOException {
      try {
        return Files.readString(task.resolve("comm"));
      } catch (NoSuchFileException e) {
        return "";
      }
    }

    private static void lower() {
      ThreadPriority.lower();
      say("lowered");
      var child = new Thread(() -> say("inherited"));
      child.start();
      try {
        child.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private static void say(String who) {
      try {
        System.out.println(who + " " + nice(Path.of("/proc/thread-self")));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static int nice(Path task) throws IOException {
    String stat = Files.readString(task.resolve("stat"));
    return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[NICE_FIELD]);
  }
}
