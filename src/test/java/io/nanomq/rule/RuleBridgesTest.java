package io.nanomq.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.model.BridgeConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which rules are for another broker. */
class RuleBridgesTest {
  private static NanomqConf conf(String server, boolean enable) throws Exception {
    return Confs.conf(
        """
        listeners.tcp { enable = true, bind = "0.0.0.0:1883" }
        rules.repub.rules = [{
          server = "%s", topic = "out/t", clientid = c, username = u, enable = %s
          sql = "SELECT * FROM 'a'"
        }]
        """
            .formatted(server, enable));
  }

  @ParameterizedTest
  @CsvSource({
    "mqtt-tcp://localhost:1883,true",
    "mqtt-tcp://127.0.0.1,true",
    "127.0.0.1:1883,true",
    "mqtt-tcp://[::1]:1883,true",
    "mqtt-tcp://localhost:1884,false",
    "mqtt-tcp://10.0.0.1:1883,false",
    "tls+mqtt-tcp://broker.example:8883,false",
  })
  void aPortOfThisOneOnLocalhostIsHere(String server, boolean here) throws Exception {
    NanomqConf conf = conf(server, true);
    var rule = conf.integrations().rules().rules().get(0);
    assertThat(RuleBridges.isHere(rule, conf.listeners())).isEqualTo(here);
    assertThat(RuleBridges.with(conf)).hasSize(here ? 0 : 1);
    assertThat(RuleBridges.with(conf(server, false))).isEmpty();
  }

  @Test
  void eachHasABridgeOfItsOwn() throws Exception {
    assertThat(RuleBridges.with(conf("mqtt-tcp://10.0.0.1:1883", true)))
        .singleElement()
        .satisfies(
            bridge -> {
              assertThat(bridge.name()).isEqualTo("rule:1");
              assertThat(bridge.servers()).containsExactly("mqtt-tcp://10.0.0.1:1883");
              assertThat(bridge.client().username()).isEqualTo("u");
              assertThat(bridge.forwards())
                  .extracting(BridgeConf.Topic::local)
                  .containsExactly("$nanomq/rule/1/#");
            });
  }
}
