package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.model.ListenerConf;
import io.nanomq.config.setting.ConfException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountPointConfTest {
  private static List<String> mountPoints(String text) throws Exception {
    return Confs.load(text).conf().listeners().stream()
        .map(listener -> listener.name() + " " + listener.terms().mountPoint())
        .toList();
  }

  @Test
  void eachListenerHasItsOwn() throws Exception {
    assertThat(
            mountPoints(
                "listeners.tcp { bind = \"0.0.0.0:1\", mountpoint = \"a/\"\n"
                    + "two { bind = \"0.0.0.0:2\", mountpoint = \"b/c/\" }\n"
                    + "three { bind = \"0.0.0.0:3\" } }\n"))
        .containsExactlyInAnyOrder("tcp a/", "tcp.two b/c/", "tcp.three ", "ws ");
    assertThat(mountPoints("tcp.mountpoint=é-x/\nwebsocket.mountpoint=w/\n"))
        .containsExactlyInAnyOrder("tcp é-x/", "ws w/");
    assertThat(Confs.load("").conf().listeners())
        .extracting(ListenerConf::terms)
        .allMatch(terms -> terms.mountPoint().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "/", "a//", "a/+/", "#/", "a#/", "$SYS/", "$share/g/", "a/b"})
  void itIsWholeLevelsThatAnybodyMayPublishTo(String mountPoint) {
    assertThatThrownBy(() -> mountPoints("listeners.tcp.mountpoint = \"" + mountPoint + "\"\n"))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("mount");
  }
}
