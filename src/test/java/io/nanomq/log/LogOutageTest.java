package io.nanomq.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nanomq.config.model.LogConf;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An output that takes no lines: nobody waits for it, and the console says so, once. */
@Timeout(60)
class LogOutageTest {
  private static final String LONG = "x".repeat(1_000);
  private static final String GONE = "The log cannot go to ";
  private static final String GOES = "The log goes to ";
  private static final String BACK = " again; lines that are lost: ";

  @TempDir Path folder;
  private final Logger root = LogContext.create().getLogger("");
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private LogOutputs outputs;

  private void open(String output, Path files) {
    outputs = new LogOutputs(root, folder.resolve("dev-log"), new PrintStream(said, true, UTF_8));
    outputs.use(conf(output, files));
  }

  private LogConf conf(String output, Path files) {
    String socket = folder.resolve("uds").toString();
    return new LogConf(
        List.of(output), "info", files.toString(), "nanomq.log", socket, 20_000, 1, false);
  }

  @AfterEach
  void close() {
    if (outputs != null) {
      outputs.close();
    }
  }

  private List<String> told() {
    return said.toString(UTF_8).lines().toList();
  }

  /** Each of them is looked at before the next: the queue drops what comes faster. */
  private void logUntilTold(String text) {
    await().until(() -> logged(LONG).stream().anyMatch(line -> line.contains(text)));
  }

  private List<String> logged(String line) {
    root.log(Level.INFO, line);
    return told();
  }

  private static boolean run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor() == 0;
  }

  @Test
  void aDiskThatIsFullLosesLinesUntilThereIsRoom() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    boolean isMounted;
    try {
      isMounted = run("mount", "-t", "tmpfs", "-o", "size=128k", "none", disk.toString());
    } catch (IOException none) {
      isMounted = false;
    }
    assumeTrue(isMounted, "a disk of its own may not be mounted here: it is not filled");
    try {
      open("file", disk);
      Path ballast = disk.resolve("ballast");
      for (int round = 0; round < 2; round++) {
        fill(ballast);
        said.reset();
        logUntilTold(GONE);
        for (int i = 0; i < 100; i++) {
          root.log(Level.INFO, LONG);
        }
        Files.delete(ballast);
        logUntilTold(BACK);
        // A rotation may make room for a moment.
        List<String> told = told();
        assertThat(told.size() % 2).as("each that is gone comes back: " + told).isZero();
        for (int i = 0; i < told.size(); i += 2) {
          assertThat(told.get(i)).contains(disk.resolve("nanomq.log") + ", and lines are lost: ");
          assertThat(told.get(i + 1)).matches(".*lost: [1-9]\\d*");
        }
        String last = "round " + round;
        root.log(Level.INFO, last);
        await().until(() -> lines(disk).anyMatch(line -> line.endsWith(last)));
      }
      outputs.close();
      assertThat(run("umount", disk.toString())).as("nothing is open there").isTrue();
    } finally {
      // What a failure left mounted; the log may have its file open.
      run("umount", "-l", disk.toString());
    }
  }

  private static void fill(Path ballast) {
    try (var out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(new byte[1024]);
      }
    } catch (IOException full) {
      return;
    }
  }

  private static Stream<String> lines(Path folder) throws IOException {
    try {
      return Files.readString(folder.resolve("nanomq.log"), UTF_8).lines();
    } catch (NoSuchFileException between) {
      return Stream.empty(); // the files of a rotation
    }
  }

  @Test
  void whoeverDoesNotReadASocketHoldsUpNoChange() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(folder.resolve("uds")));
      open("uds", folder);
      root.log(Level.INFO, LONG); // it connects for a line
      try (SocketChannel deaf = server.accept()) {
        logUntilTold(GONE);
        assertThat(told().get(0)).contains("uds").endsWith("lost: nobody reads there");
        outputs.use(conf("console", folder));
        assertThat(deaf.isOpen()).isTrue();
      }
      // The server takes further connections, so that it may be back, and gone, any number of
      // times.
      List<String> told = told();
      for (int i = 0; i < told.size(); i++) {
        assertThat(told.get(i))
            .as("each is told once: " + told)
            .startsWith(i % 2 == 0 ? GONE : GOES);
      }
    }
  }

  @Tag("slow")
  @Test
  void whoeverDoesNotReadDatagramsHoldsUpNoChange() {
    assumeTrue(DatagramLineSocket.isSupported(), "Linux only");
    var group = new EpollEventLoopGroup(1);
    Channel deaf =
        new Bootstrap()
            .group(group)
            .channel(EpollDomainDatagramChannel.class)
            .option(ChannelOption.AUTO_READ, false)
            .handler(new ChannelInboundHandlerAdapter())
            .bind(new DomainSocketAddress(folder.resolve("dev-log").toFile()))
            .syncUninterruptibly()
            .channel();
    open("syslog", folder);
    logUntilTold(GONE);
    assertThat(told().get(0)).isEqualTo(GONE + "syslog, and lines are lost: nobody reads there");
    outputs.use(conf("console", folder));
    deaf.close().syncUninterruptibly();
    group.shutdownGracefully().syncUninterruptibly();
  }

  @Test
  void whoeverComesBackGetsLinesAgain() throws Exception {
    Path path = folder.resolve("uds");
    open("uds", folder);
    logUntilTold(GONE);
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      logUntilTold(BACK);
      var reader = new BufferedReader(Channels.newReader(server.accept(), UTF_8));
      assertThat(reader.readLine()).endsWith(LONG);
    }
    assertThat(told()).hasSize(2);
  }
}
