package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.ConfType;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfOrigin;
import io.nanomq.config.setting.ConfValues;
import io.nanomq.config.setting.Destination;
import io.nanomq.config.setting.Layer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of keys says of each secret where it goes, and both keepers hold it there. */
class DestinationTest {
  private static final ConfOrigin FILE =
      new ConfOrigin(Layer.FILE, "nanomq.conf", 1, 1, "", Syntax.HOCON);

  /** Secrets that this broker compares, or opens files with, and sends to nobody. */
  private static final String STAYS_HERE =
      "auth\\.password\\.<name>|auth\\.<n>\\.password|http_server\\.password|.*key_password";

  /** Addresses of others that get nothing but the request for what they have. */
  private static final String ASKED_ONLY = "auth\\.jwt\\.(jwks_url|cacertfile)";

  /** Names of what an address is made of, and of what proves that it is reached. */
  private static final String ADDRESS =
      "(.*\\.)?(url|server|hybrid_servers|host|port|verify_peer|cacertfile)";

  /** Addresses of this broker itself. */
  private static final String OWN = "url|(http_server|listeners|websocket|tls|system)\\..*";

  private record Sent(Destination destination, ConfKey place, ConfKey value) {
    @Override
    public String toString() {
      return value.id() + " by " + place.id();
    }
  }

  private static List<ConfKey> keys() {
    return KeyTable.get().keys().stream().filter(ConfKey::inEffect).toList();
  }

  @Test
  void eachSecretGoesSomewhereOrStays() {
    for (ConfKey key : keys()) {
      if (key.secret()) {
        boolean isSent = Destination.of(key).filter(to -> to.secrets().contains(key)).isPresent();
        assertThat(isSent).as(key.id()).isNotEqualTo(key.id().matches(STAYS_HERE));
      }
    }
  }

  @Test
  void eachAddressIsAPlace() {
    for (ConfKey key : keys()) {
      if (key.id().matches(ADDRESS) && !key.id().matches(OWN) && !key.id().matches(ASKED_ONLY)) {
        assertThat(key.placeOf()).as(key.id()).isNotEmpty();
      }
    }
  }

  @Test
  void eachPlaceIsInItsSection() {
    assertThat(Destination.all()).hasSizeGreaterThan(10);
    for (Destination destination : Destination.all()) {
      assertThat(destination.section().chars().filter(c -> c == '<').count()).isBetween(0L, 1L);
      assertThat(destination.places())
          .isNotEmpty()
          .allMatch(place -> place.id().startsWith(destination.section() + "."));
    }
  }

  private static Stream<Sent> values() {
    return keys().stream()
        .filter(key -> key.placeOf().isEmpty() && !key.id().endsWith("key_password"))
        .filter(key -> key.type() instanceof ConfType.Text && Destination.of(key).isPresent())
        .flatMap(
            key -> {
              Destination to = Destination.of(key).orElseThrow();
              return to.places().stream().map(place -> new Sent(to, place, key));
            });
  }

  /** Each text that goes somewhere, by each key that says where. */
  @ParameterizedTest
  @MethodSource("values")
  void whatAVariableHoldsGoesNowhereElse(Sent sent) throws ConfException {
    ConfValues before = values(sent, "${PW}", first(sent.place()));
    assertThatCode(() -> ReferenceKeepers.check(before, values(sent, "${PW}", first(sent.place()))))
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () -> ReferenceKeepers.check(before, values(sent, "${PW}", second(sent.place()))))
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("another one");
  }

  private static Stream<Sent> secrets() {
    return values().filter(sent -> sent.value().secret() && !sent.value().id().contains("<n>"));
  }

  @ParameterizedTest
  @MethodSource("secrets")
  void aSecretIsGivenAnewForAnotherPlace(Sent sent) {
    ConfValues before = values(sent, "pw", first(sent.place()));
    String[] captures = captures(sent.place());
    ConfEdit edit = ConfEdit.set(sent.place().id(), second(sent.place()), captures);
    assertThatThrownBy(() -> new SecretKeepers(before, List.of(edit), Set.of()).check())
        .isInstanceOf(ConfException.class)
        .hasMessageContaining("is kept for the address that it was given for");
    ConfEdit again = ConfEdit.set(sent.value().id(), "pw2", captures(sent.value()));
    assertThatCode(() -> new SecretKeepers(before, List.of(edit, again), Set.of()).check())
        .doesNotThrowAnyException();
  }

  @Test
  void aFurtherServerIsAnotherPlaceAndOneFewerIsNot() {
    ConfKey servers = KeyTable.get().byId("bridges.mqtt.<name>.hybrid_servers");
    ConfKey password = KeyTable.get().byId("bridges.mqtt.<name>.password");
    Sent sent = new Sent(Destination.of(password).orElseThrow(), servers, password);
    List<String> two = List.of("mqtt-tcp://a:1", "mqtt-tcp://b:1");
    ConfValues before = values(sent, "pw", two);
    assertThatCode(() -> check(before, List.of(two.get(1)))).doesNotThrowAnyException();
    assertThatThrownBy(() -> check(before, List.of(two.get(1), "mqtt-tcp://evil:1")))
        .isInstanceOf(ConfException.class);
  }

  @Test
  void whoseAuthoritiesAreUnsetIsProvedByOthers() {
    ConfKey password = KeyTable.get().byId("bridges.mqtt.<name>.password");
    ConfKey authorities = KeyTable.get().byId("bridges.mqtt.<name>.ssl.cacertfile");
    Sent sent = new Sent(Destination.of(password).orElseThrow(), authorities, password);
    ConfEdit edit = ConfEdit.remove(authorities.id(), "x.y");
    SecretKeepers keepers =
        new SecretKeepers(values(sent, "pw", first(authorities)), List.of(edit), Set.of());
    assertThatThrownBy(keepers::check).isInstanceOf(ConfException.class);
  }

  private static void check(ConfValues before, List<String> servers) throws ConfException {
    ConfEdit edit = ConfEdit.set("bridges.mqtt.<name>.hybrid_servers", servers, "x.y");
    new SecretKeepers(before, List.of(edit), Set.of()).check();
  }

  private static ConfValues values(Sent sent, String raw, Object place) {
    Map<String, ConfEntry> entries = new HashMap<>();
    add(entries, sent.place(), place, String.valueOf(place));
    add(entries, sent.value(), raw.startsWith("$") ? "topsecret" : raw, raw);
    return new ConfValues(entries);
  }

  private static void add(Map<String, ConfEntry> entries, ConfKey key, Object value, String raw) {
    String path = KeyMatch.path(key, List.of(captures(key)));
    entries.put(path, new ConfEntry(key, path, value, raw, FILE));
  }

  /** Names with dots are quoted. */
  private static String[] captures(ConfKey key) {
    return Arrays.stream(key.id().split("\\."))
        .filter(part -> part.startsWith("<"))
        .map(part -> part.equals("<n>") ? "1" : "x.y")
        .toArray(String[]::new);
  }

  private static Object first(ConfKey place) {
    return value(place, true);
  }

  private static Object second(ConfKey place) {
    return value(place, false);
  }

  private static Object value(ConfKey place, boolean isFirst) {
    String id = place.id();
    String port = isFirst ? "1" : "2";
    if (place.type() == ConfType.BOOL) {
      return isFirst;
    } else if (id.endsWith("port")) {
      return Long.parseLong(port);
    } else if (id.endsWith("hybrid_servers")) {
      return List.of("mqtt-tcp://h:" + port);
    }
    if (id.endsWith("cacertfile")) {
      return "/etc/certs/" + port;
    }
    return (id.endsWith("url") || id.endsWith("server") ? "http://h:" : "h") + port;
  }
}
