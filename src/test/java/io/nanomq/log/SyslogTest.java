package io.nanomq.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nanomq.config.model.LogConf;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyslogTest {
  @TempDir Path folder;

  @Test
  void theLogDaemonGetsADatagramForEachLine() throws InterruptedException {
    assumeTrue(DatagramLineSocket.isSupported(), "Linux only");
    Path path = folder.resolve("dev-log");
    BlockingQueue<String> got = new LinkedBlockingQueue<>();
    EpollEventLoopGroup group = new EpollEventLoopGroup(1);
    Channel daemon = daemon(group, path, got);
    Logger root = LogContext.create().getLogger("");
    LogOutputs outputs = new LogOutputs(root, path, System.err);
    outputs.use(
        new LogConf(List.of("syslog"), "debug", folder.toString(), "x.log", "", 1024, 1, false));
    root.log(Level.WARNING, "careful");
    root.log(Level.INFO, "fine");

    String pid = "nanomq[" + ProcessHandle.current().pid() + "]: ";
    assertThat(got.poll(30, TimeUnit.SECONDS)).startsWith("<28>").endsWith(pid + "careful");
    assertThat(got.poll(30, TimeUnit.SECONDS)).startsWith("<30>").endsWith(pid + "fine");
    outputs.close();
    daemon.close().syncUninterruptibly();
    group.shutdownGracefully().syncUninterruptibly();
  }

  private static Channel daemon(EpollEventLoopGroup group, Path path, BlockingQueue<String> got) {
    return new Bootstrap()
        .group(group)
        .channel(EpollDomainDatagramChannel.class)
        .handler(
            new SimpleChannelInboundHandler<DomainDatagramPacket>() {
              @Override
              protected void channelRead0(ChannelHandlerContext ctx, DomainDatagramPacket packet) {
                got.add(packet.content().toString(StandardCharsets.UTF_8));
              }
            })
        .bind(new DomainSocketAddress(path.toFile()))
        .syncUninterruptibly()
        .channel();
  }
}
