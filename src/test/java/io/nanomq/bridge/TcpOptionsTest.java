package io.nanomq.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.model.BridgeConf;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TcpOptionsTest {
  private static Map<ChannelOption<?>, Object> options(String tcp, boolean isEpoll)
      throws Exception {
    BridgeConf.Socket conf =
        Confs.conf("bridges.mqtt.b { server = h, tcp { " + tcp + " } }")
            .integrations()
            .bridges()
            .get(0)
            .socket();
    Bootstrap socket = new Bootstrap();
    new TcpOptions(conf.tcp(), isEpoll).set(socket);
    return socket.config().options();
  }

  @Test
  void whatIsNotSaidIsTheSystems() throws Exception {
    assertThat(options("", true))
        .isEqualTo(Map.of(ChannelOption.TCP_NODELAY, true, ChannelOption.SO_KEEPALIVE, true));
  }

  @Test
  void eachHasItsOption() throws Exception {
    String all = "nodelay = false, quickack = true, keepidle = 7s, keepintvl = 3, keepcnt = 4";
    assertThat(options(all, true))
        .containsEntry(ChannelOption.TCP_NODELAY, false)
        .containsEntry(EpollChannelOption.TCP_QUICKACK, true)
        .containsEntry(EpollChannelOption.TCP_KEEPIDLE, 7)
        .containsEntry(EpollChannelOption.TCP_KEEPINTVL, 3)
        .containsEntry(EpollChannelOption.TCP_KEEPCNT, 4);
    // Options of the JDK are made anew each time.
    Map<String, Object> byName = new HashMap<>();
    options(all + ", keepalive = false", false)
        .forEach((option, value) -> byName.put(option.name(), value));
    assertThat(byName)
        .containsEntry("SO_KEEPALIVE", false)
        .containsEntry("TCP_QUICKACK", true)
        .containsEntry("TCP_KEEPIDLE", 7)
        .containsEntry("TCP_KEEPINTERVAL", 3)
        .containsEntry("TCP_KEEPCOUNT", 4);
  }
}
