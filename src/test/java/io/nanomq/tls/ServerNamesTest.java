package io.nanomq.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerNamesTest {
  @Test
  void thoseThatAClientCanAskFor() throws Exception {
    assertThat(names("dns:Mqtt.Example,dns:*.wild.example,ip:127.0.0.1,uri:urn:x"))
        .containsExactly("mqtt.example", "*.wild.example");
  }

  @Test
  void theCommonNameIsNone() throws Exception {
    assertThat(names("uri:urn:x")).isEmpty();
  }

  private List<String> names(String alternatives) throws Exception {
    TestKeys keys = TestKeys.make("EC", 1, alternatives);
    X509Certificate certificate =
        PemFiles.certificates(keys.certificatePem().getBytes(StandardCharsets.US_ASCII)).get(0);
    return ServerNames.of(certificate);
  }
}
