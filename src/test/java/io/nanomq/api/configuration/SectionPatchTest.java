package io.nanomq.api.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanomq.config.ConfPatch;
import io.nanomq.config.Confs;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.tls.FilePemStore;
import io.nanomq.tls.PemSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class SectionPatchTest {
  static final List<String> SECTIONS = ConfSections.NAMES;

  private static final String HOCON =
      """
      listeners.tcp.bind = "127.0.0.1:1"
      http_server { ip_addr = "127.0.0.1", password = "hidden-1" }
      auth.password { alice = "hidden-2", bob = "hidden-3" }
      auth.http_auth {
        auth_req { url = "http://u:hidden-4@127.0.0.1:1/auth?key=hidden-8", headers { token = "hidden-5" }
                   params { user = "%u" } }
      }
      webhook {
        url = "http://127.0.0.1:1/hook?hidden-9", headers { token = "hidden-6" }
        events = [{ event = "on_message_publish", topic = "a/#" }]
      }
      bridges.mqtt.b1 {
        server = "mqtt-tcp://127.0.0.1:1", password = "hidden-7", username = "u"
        forwards = [{ remote_topic = "r", local_topic = "l" }]
        subscription = [{ remote_topic = "c", local_topic = "d", qos = 1 }]
      }
      """;

  @TempDir Path folder;

  private static final ObjectMapper JSON = new ObjectMapper();

  private Object view(String section, LoadedConf loaded) {
    return SectionView.of(section, loaded, folder, PemSource.DISK);
  }

  private ConfPatch patch(String section, String data, LoadedConf stored) throws Exception {
    @SuppressWarnings("unchecked") // JSON's names are strings
    Map<String, Object> members = JSON.readValue(data, Map.class);
    return SectionPatch.read(section, members, stored, folder, new FilePemStore());
  }

  private String edited(String section, String data, String document) throws Exception {
    LoadedConf stored = Confs.load(document);
    var files = patch(section, data, stored).apply(stored, folder.resolve("new.conf"));
    return files.isEmpty()
        ? document
        : new String(files.values().iterator().next(), StandardCharsets.UTF_8);
  }

  @Test
  void shapesAreThoseOfTheReference() throws Exception {
    LoadedConf loaded = Confs.load(HOCON);
    assertThat(((Map<?, ?>) view("basic", loaded)).keySet())
        .hasToString(
            "[url, num_taskq_thread, max_taskq_thread, parallel, property_size, daemon, "
                + "max_packet_size, client_max_packet_size, msq_len, qos_duration, "
                + "keepalive_backoff, allow_anonymous, ipc_internal]");
    assertThat(((Map<?, ?>) view("tls", loaded)).keySet())
        .hasToString(
            "[enable, url, key_password, key, cert, cacert, verify_peer, fail_if_no_peer_cert]");
    assertThat(((Map<?, ?>) view("http_server", loaded)).keySet())
        .hasToString("[enable, port, addr, username, password, auth_type]");
    assertThat(((Map<?, ?>) view("websocket", loaded)).keySet())
        .hasToString("[enable, tls_enable, url, tls_url]");
    assertThat(view("auth", loaded))
        .hasToString("[{login=alice, password=******}, {login=bob, password=******}]");
    assertThat(((Map<?, ?>) view("auth_http", loaded)).keySet())
        .hasToString(
            "[enable, timeout, connect_timeout, pool_size, cache_ttl, auth_req, acl_req, super_req]");
    assertThat(((Map<?, ?>) view("sqlite", loaded)).keySet())
        .hasToString(
            "[enable, disk_cache_size, flush_mem_threshold, resend_interval, mounted_file_path]");
    assertThat(view("bridge", loaded).toString())
        .contains(
            "forwards=[{remote_topic=r, local_topic=l}]",
            "subscription=[{remote_topic=c, local_topic=d, qos=1}]",
            "sqlite={enable=false");
  }

  @ParameterizedTest
  @FieldSource("SECTIONS")
  void noSecretIsShownAndWhatWasShownEditsNothing(String section) throws Exception {
    LoadedConf loaded = Confs.load(HOCON);
    Object view = view(section, loaded);

    assertThat(JSON.writeValueAsString(view)).doesNotContain("hidden-");
    String sentBack = JSON.writeValueAsString(Map.of(section, view));
    assertThat(patch(section, sentBack, loaded).isEmpty()).as(sentBack).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "basic       | {\"msq_len\":7,\"max_packet_size\":9}        | max_mqueue_len = 7",
        "basic       | {\"keepalive_backoff\":1250}                  | keepalive_multiplier = 1.25",
        "http_server | {\"addr\":\"127.0.0.2\"}                      | 127.0.0.2",
        "websocket   | {\"tls_enable\":false,\"url\":\"nmq-ws://127.0.0.1:2/mqtt\"} | 127.0.0.1:2",
        "webhook     | {\"pool_size\":3}                             | pool_size = 3",
        "webhook     | {\"headers\":{\"token\":\"new-1\"}}           | new-1",
        "auth_http   | {\"auth_http\":{\"acl_req\":{\"url\":\"http://127.0.0.1:3/\"}}} | 127.0.0.1:3",
        "auth        | {\"auth\":[{\"login\":\"carl\",\"password\":\"new-2\"}]} | new-2",
        "sqlite      | {\"disk_cache_size\":8}                       | disk_cache_size = 8",
        "bridge      | {\"nodes\":[{\"name\":\"b1\",\"connector\":{\"keepalive\":33}}]} | keepalive"
      })
  void whatIsSentIsWritten(String section, String data, String written) throws Exception {
    String after = edited(section, data, HOCON);
    assertThat(after).isNotEqualTo(HOCON);
    assertThat(after.replace(" : ", " = ")).contains(written);
  }

  @Test
  void whatIsOffStaysOffAndTheListOfUsersIsWhatIsToBe() throws Exception {
    String off = "listeners.tcp.bind = \"127.0.0.1:1\"\n";
    LoadedConf after = Confs.load(edited("webhook", "{\"url\":\"http://127.0.0.1:1/\"}", off));
    assertThat(after.conf().integrations().webhook().enable()).isFalse();

    String users = "{\"auth\":[{\"login\":\"bob\",\"password\":\"******\"}]}";
    assertThat(Confs.load(edited("auth", users, HOCON)).conf().auth().users())
        .isEqualTo(Map.of("bob", "hidden-3"));

    String lines = "auth.1.login=alice\nauth.1.password=a\nauth.2.login=bob\nauth.2.password=b\n";
    String next =
        "{\"auth\":[{\"login\":\"bob\",\"password\":\"c\"},"
            + "{\"login\":\"carl\",\"password\":\"d\"}]}";
    assertThat(Confs.load(edited("auth", next, lines)).conf().auth().users())
        .isEqualTo(Map.of("bob", "c", "carl", "d"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "basic     | {\"nosuch\":1}",
        "basic     | {\"ipc_internal\":true}",
        "basic     | {\"msq_len\":\"many\",\"max_packet_size\":1}",
        "webhook   | {\"events\":[]}",
        "webhook   | {\"headers\":{\"other\":\"******\"}}",
        "webhook   | {\"pool_size\":0}",
        "webhook   | {\"url\":\"http://127.0.0.1:2/hook?******\"}",
        "auth_http | {\"auth_req\":{\"url\":\"http://******@127.0.0.1:2/auth\"}}",
        "auth      | {\"auth\":[{\"login\":\"x\",\"password\":\"******\"}]}",
        "auth      | {\"auth\":[{\"login\":\"x\"}]}",
        "auth      | {\"auth\":{}}",
        "auth_http | {\"auth_req\":{\"params\":[]}}",
        "bridge    | {\"nodes\":[{\"name\":\"other\"}]}",
        "bridge    | {\"nodes\":[{\"name\":\"b1\",\"forwards\":[]}]}",
        "bridge    | {\"nodes\":[{\"name\":\"b1\",\"connector\":{\"server\":\"mqtt-tcp://******@127.0.0.1:2\"}}]}",
        "sqlite    | {\"sqlite\":7}"
      })
  void whatIsWrongIsToldAndNothingIsEdited(String section, String data) throws Exception {
    LoadedConf stored = Confs.load(HOCON);
    assertThat(catchThrowableOfType(ConfException.class, () -> patch(section, data, stored)))
        .isNotNull();
  }

  @Test
  void theWholeMayHoldTheReferencesSections() throws Exception {
    LoadedConf stored = Confs.load(HOCON);
    Map<String, ?> data = Map.of("msq_len", 9, "basic", Map.of("property_size", 48));
    assertThat(
            SectionPatch.whole(data, stored, folder, new FilePemStore()).edits().stream()
                .map(edit -> edit.path() + "=" + edit.value()))
        .containsExactlyInAnyOrder("mqtt.max_mqueue_len=9", "mqtt.property_size=49152");
  }
}
