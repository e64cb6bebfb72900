package io.nanomq.log;

import io.nanomq.config.model.LogConf;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import org.jboss.logging.Logger;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.ConsoleHandler;
import org.jspecify.annotations.Nullable;

/**
 * Sends the log to where the configuration says. Files and sockets are written to by a thread of
 * their own, {@value LogQueue#LENGTH} lines behind at most; what comes faster is dropped, so that
 * no event loop waits for a disk.
 *
 * <p>Shared: one lock; called when a configuration applies.
 */
public final class LogOutputs {
  private static final Logger LOG = Logger.getLogger("io.nanomq.log");

  private static final String PATTERN = "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5p [%c{2.}] (%t) %s%e%n";
  private static final String IPC = "ipc://";
  private static final Path DEV_LOG = Path.of("/dev/log");

  private final org.jboss.logmanager.Logger root;
  private final Path syslog;
  private final PrintStream console;
  private final List<Handler> ours = new ArrayList<>();
  private @Nullable LogConf inForce;

  public LogOutputs() {
    this(LogContext.getLogContext().getLogger(""), DEV_LOG, System.err);
  }

  /**
   * @param root what all loggers hand their lines to
   * @param syslog socket of the log daemon
   * @param console is told of an output that takes no lines
   */
  LogOutputs(org.jboss.logmanager.Logger root, Path syslog, PrintStream console) {
    this.root = root;
    this.syslog = syslog;
    this.console = console;
  }

  /**
   * Puts a configuration in force. An output that cannot be opened is told and left out; while none
   * is left the console stays.
   */
  public synchronized void use(LogConf conf) {
    if (conf.equals(inForce)) {
      return;
    }
    inForce = conf;
    List<Handler> next = new ArrayList<>();
    for (String output : conf.to()) {
      Handler opened = output.equals("console") ? null : open(output, conf);
      if (opened != null) {
        next.add(opened);
      }
    }
    next.forEach(root::addHandler);
    closeOurs();
    ours.addAll(next);
    console(conf, conf.to().contains("console") || next.isEmpty());
    Level level = LogLevels.find(conf.level());
    if (level != null) {
      root.setLevel(level);
    }
  }

  private void closeOurs() {
    ours.forEach(
        handler -> {
          root.removeHandler(handler);
          handler.close();
        });
    ours.clear();
  }

  private @Nullable Handler open(String output, LogConf conf) {
    try {
      return new LogQueue(
          output,
          switch (output) {
            case "file" -> file(conf);
            case "syslog" ->
                new SocketLogHandler(
                    () -> new DatagramLineSocket(syslog),
                    new OneLineFormatter(new SyslogFormatter()),
                    new Outage(output, console));
            default ->
                new SocketLogHandler(
                    () -> new StreamLineSocket(socketPath(conf)),
                    formatter(conf),
                    new Outage(output + " " + socketPath(conf), console));
          });
    } catch (IOException e) {
      LOG.errorf("The log cannot go to %s: %s", output, e.getMessage());
      return null;
    }
  }

  /** NanoMQ's files have addresses of nng there. */
  private static Path socketPath(LogConf conf) {
    String address = conf.socket();
    return Path.of(address.startsWith(IPC) ? address.substring(IPC.length()) : address);
  }

  private Handler file(LogConf conf) throws IOException {
    Path path = Path.of(conf.folder()).resolve(conf.file());
    if (Files.exists(path) && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(path + " is no regular file");
    }
    Files.createDirectories(path.toAbsolutePath().getParent());
    var outage = new Outage(path.toString(), console);
    var handler = new LogFile(path.toFile(), conf.rotationBytes(), conf.rotationCount(), outage);
    handler.setFormatter(formatter(conf));
    return handler;
  }

  private static Formatter formatter(LogConf conf) {
    return conf.json() ? new JsonLines() : new OneLineFormatter(new PatternFormatter(PATTERN));
  }

  private void console(LogConf conf, boolean isOn) {
    for (Handler handler : all(root.getHandlers(), new ArrayList<>())) {
      if (handler instanceof ConsoleHandler console) {
        console.setLevel(isOn ? Level.ALL : Level.OFF);
        console.setFormatter(formatter(conf));
      }
    }
  }

  /** Quarkus has its own below one that waits for it. */
  private static List<Handler> all(Handler[] handlers, List<Handler> found) {
    for (Handler handler : handlers) {
      found.add(handler);
      if (handler instanceof ExtHandler nesting) {
        all(nesting.getHandlers(), found);
      }
    }
    return found;
  }

  /** Writes out what waits, and gives the files back. */
  public synchronized void close() {
    closeOurs();
    inForce = null;
  }
}
