package io.nanomq.control.process;

import io.nanomq.config.RunningConf;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/**
 * The process id, in the file that {@code pid_file} names, for as long as the broker runs. A file
 * that holds anything but a process id is never written over: a mistyped path costs nobody a file.
 */
@Singleton
public class PidFile {
  private static final Logger LOG = Logger.getLogger("io.nanomq");

  private static final int AFTER_THE_BROKER = 1_000_000;
  private static final int LONGEST = 32;

  private final RunningConf conf;

  public PidFile(RunningConf conf) {
    this.conf = conf;
  }

  void started(@Observes @Priority(AFTER_THE_BROKER) StartupEvent event) {
    String path = conf.current().system().pidFile();
    if (!path.isEmpty()) {
      write(Path.of(path));
    }
  }

  void stopped(@Observes ShutdownEvent event) {
    String path = conf.current().system().pidFile();
    if (!path.isEmpty()) {
      delete(Path.of(path));
    }
  }

  private static String ours() {
    return Long.toString(ProcessHandle.current().pid());
  }

  /** Leaves it, and says why, where it cannot be written. */
  static void write(Path file) {
    try {
      if (!isFree(file)) {
        LOG.warnf("pid_file %s is not written: there is a file that holds no process id", file);
        return;
      }
      Files.writeString(file, ours() + "\n");
    } catch (IOException e) {
      LOG.warnf("pid_file %s cannot be written: %s", file, e);
    }
  }

  /** Only what is ours: another process may have written its own meanwhile. */
  static void delete(Path file) {
    try {
      if (isFree(file) && Files.exists(file) && Files.readString(file).strip().equals(ours())) {
        Files.delete(file);
      }
    } catch (IOException e) {
      LOG.warnf("pid_file %s cannot be deleted: %s", file, e);
    }
  }

  private static boolean isFree(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Files.size(file) <= LONGEST
        && Files.readString(file).strip().matches("\\d{0,20}");
  }
}
