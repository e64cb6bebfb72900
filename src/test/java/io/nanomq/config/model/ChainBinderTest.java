package io.nanomq.config.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.model.ChainConf.OfListener;
import io.nanomq.config.model.ChainConf.TokenConf;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChainBinderTest {
  private static final OfListener OWN = new OfListener(List.of("users"), false);

  private static ChainConf chain(String text) throws Exception {
    return Confs.load(text).conf().auth().chain();
  }

  @Test
  void whereNothingIsSaidAllListenersAreAlike() throws Exception {
    var claims = new TokenConf.Claims("sub", "acl", "superuser");
    var token = new TokenConf("", "", "", "", 60_000, List.of(), "", 30, claims, Map.of());
    assertThat(chain("daemon=false\n"))
        .isEqualTo(new ChainConf(List.of(), Map.of(), true, token, "off"));
  }

  @ParameterizedTest
  @CsvSource({"tcp, tcp.auth", "ssl, tls.auth", "ws, websocket.auth", "wss, websocket.tls_auth"})
  void bothFormatsSayTheSame(String listener, String keyValue) throws Exception {
    String text = keyValue + ".links=users\n" + keyValue + ".allow_anonymous=false\n";
    assertThat(chain(text).listeners()).containsOnlyKeys(listener).containsEntry(listener, OWN);
    String hocon =
        "listeners."
            + listener
            + ".auth { links = [users], allow_anonymous = false }\n"
            + "listeners.ssl.enable = false, listeners.wss.enable = false";
    assertThat(chain(hocon)).isEqualTo(chain(text));
  }

  @ParameterizedTest
  @CsvSource({"tcp", "ssl", "ws", "wss"})
  void aFurtherListenerHasItsOwnOrThatOfTheFirst(String kind) throws Exception {
    String one = "listeners." + kind + ".one { enable = false, bind = \"0.0.0.0:1\", ";
    String section = "listeners." + kind + " { enable = false, auth.allow_anonymous = true }\n";
    ChainConf own = chain(section + one + "auth { links = [users], allow_anonymous = false } }");
    assertThat(own.listeners()).containsEntry(kind + ".one", OWN);
    ChainConf inherited = chain(section + one + "}");
    assertThat(inherited.listeners()).containsEntry(kind + ".one", new OfListener(List.of(), true));
  }

  @Test
  void whatIsNoLinkIsAnError() {
    assertThat(String.join("", Confs.reports("auth.links=users,nobody\n")))
        .contains("nobody is no link of authentication");
    assertThat(String.join("", Confs.reports("listeners.tcp.auth.links = [nobody]\n")))
        .contains("nobody is no link of authentication");
  }
}
