package io.nanomq.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.it.TestCertificates;
import io.nanomq.loop.ManualLoops;
import io.nanomq.tls.PemSource;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsHandshakeTest {
  @TempDir static Path made;

  private static TlsContext context() throws Exception {
    TestCertificates certificates = new TestCertificates(made);
    certificates.issue("one", -1, 30);
    String key = certificates.key("one").toString();
    String chain = certificates.certificate("one").toString();
    return new TlsContext(new TlsConf(key, chain, "", "", false, false), PemSource.DISK);
  }

  @Test
  void oneThatCannotBeginLeavesNothingAndItsTurnToAnother() throws Exception {
    ManualLoops loops = new ManualLoops(1);
    try (TlsHandshakes all = new TlsHandshakes(1, 1)) {
      EmbeddedChannel channel = new EmbeddedChannel();
      // A name that is taken: its handler cannot be added.
      channel.pipeline().addLast("ssl", new ChannelInboundHandlerAdapter());
      channel.pipeline().addFirst(new TlsHandshake(all, context(), loops.context(0), channel));
      ByteBuf hello = Unpooled.buffer().writeBytes(new byte[] {22, 3, 1});
      channel.writeInbound(hello);
      loops.runAll();
      assertThat(hello.refCnt()).isZero();
      assertThat(channel.isOpen()).isFalse();
      AtomicBoolean begun = new AtomicBoolean();
      all.enter(
          "next",
          new TlsHandshakes.Turn() {
            @Override
            public void begin() {
              begun.set(true);
            }

            @Override
            public void refused() {}
          });
      assertThat(begun).isTrue();
    }
  }
}
