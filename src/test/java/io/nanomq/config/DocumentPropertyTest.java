package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.document.ConfDocument;
import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.document.KeyValueDocument;
import io.nanomq.config.document.hocon.HoconDocument;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.EntryParser;
import io.nanomq.config.setting.RawSetting;
import io.nanomq.config.setting.SecretReferences;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for any value and any document. */
class DocumentPropertyTest {
  private static final String SECRET = "http_server.password";

  @Property(tries = 500)
  void whatIsWrittenIsRead(@ForAll("texts") String value) throws Exception {
    for (ConfDocument empty :
        List.of(KeyValueDocument.parse("x", ""), HoconDocument.parse("x", "mqtt {}\n"))) {
      ConfDocument written = empty.with(List.of(ConfEdit.set(SECRET, value)));
      ConfDocument again = ConfText.parse("x", written.text());

      assertThat(again.syntax()).isEqualTo(empty.syntax());
      assertThat(again.settings(Map.of(), new ArrayList<>()))
          .extracting(RawSetting::raw)
          .containsExactly(value);
    }
  }

  @Property(tries = 200)
  void everyTypedValueSurvives(@ForAll("edits") ConfEdit edit) throws Exception {
    for (ConfDocument empty :
        List.of(KeyValueDocument.parse("x", "daemon=no\n"), HoconDocument.parse("x", "log {}\n"))) {
      List<ConfProblem> problems = new ArrayList<>();
      EntryParser parser =
          new EntryParser(new SecretReferences(Map.of(), java.nio.file.Path.of("")), problems);
      parser.add(empty.with(List.of(edit)).settings(Map.of(), problems));

      assertThat(problems).isEmpty();
      assertThat(parser.entries().get(edit.path()).value()).isEqualTo(edit.value());
    }
  }

  @Property(tries = 200)
  void anEditChangesNoOtherLine(
      @ForAll("keyValueLines") List<String> lines, @ForAll("edits") ConfEdit edit)
      throws Exception {
    String text = String.join("\n", lines) + "\n";
    String name = edit.keyValueNames().get(0);
    String edited = KeyValueDocument.parse("x", text).with(List.of(edit)).text();
    assertThat(without(edited, name)).isEqualTo(without(text, name));
    assertThat(edited.lines().filter(line -> isKey(line, name)).count())
        .isEqualTo(Math.max(1, text.lines().filter(line -> isKey(line, name)).count()));
  }

  @Property(tries = 200)
  void anEditChangesNoOtherLineOfHocon(@ForAll("hoconLines") List<String> lines) throws Exception {
    String text = "mqtt {\n" + String.join("\n", lines) + "\n  max_mqueue_len = 1 # last\n}\n";
    String edited =
        HoconDocument.parse("x", text)
            .with(List.of(ConfEdit.set("mqtt.max_mqueue_len", 2L)))
            .text();
    assertThat(edited).isEqualTo(text.replace("max_mqueue_len = 1 #", "max_mqueue_len = 2 #"));
  }

  @Property(tries = 300)
  void anyTextIsADocumentOrAnError(@ForAll("texts") String text) {
    try {
      ConfDocument document = ConfText.parse("x", text);
      document.settings(Map.of(), new ArrayList<>());
      assertThat(document.text()).isEqualTo(text);
    } catch (ConfException e) {
      assertThat(e.problems()).isNotEmpty();
    }
  }

  private static String without(String text, String key) {
    return text.lines().filter(line -> !isKey(line, key)).collect(Collectors.joining("\n"));
  }

  private static boolean isKey(String line, String key) {
    return line.strip().startsWith(key + "=") || line.strip().startsWith(key + " =");
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<Character> odd =
        Arbitraries.of(
            '"', '\\', '#', '=', ' ', '\t', '\n', '{', '}', '[', ',', '$', ':', '\u00e9');
    Arbitrary<Character> any = Arbitraries.chars().range('\u0001', '\uD7FF');
    return Arbitraries.oneOf(odd, any)
        .list()
        .ofMinSize(1)
        .ofMaxSize(30)
        .map(DocumentPropertyTest::join);
  }

  private static String join(List<Character> characters) {
    StringBuilder text = new StringBuilder();
    characters.forEach(text::append);
    return text.toString();
  }

  @Provide
  Arbitrary<ConfEdit> edits() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(1, 10_000_000).map(n -> ConfEdit.set("mqtt.max_mqueue_len", n)),
        Arbitraries.longs().between(1, 1 << 28).map(n -> ConfEdit.set("mqtt.max_packet_size", n)),
        Arbitraries.longs().between(0, 86_400_000).map(n -> ConfEdit.set("mqtt.retry_interval", n)),
        Arbitraries.doubles()
            .between(0.5, 100)
            .map(n -> ConfEdit.set("mqtt.keepalive_multiplier", n)),
        Arbitraries.of(true, false).map(b -> ConfEdit.set("auth.allow_anonymous", b)),
        Arbitraries.of("basic", "jwt").map(w -> ConfEdit.set("http_server.auth_type", w)));
  }

  @Provide
  Arbitrary<List<String>> keyValueLines() {
    Arbitrary<String> keys = Arbitraries.of("url", "msq_len", "daemon", "tls.enable", "parallel");
    Arbitrary<String> values = Arbitraries.strings().alpha().numeric().ofMaxLength(8);
    Arbitrary<String> settings = Combinators.combine(keys, values).as((k, v) -> k + " = " + v);
    return Arbitraries.oneOf(settings, values.map(v -> "# " + v), Arbitraries.of("", "  "))
        .list()
        .ofMaxSize(20);
  }

  @Provide
  Arbitrary<List<String>> hoconLines() {
    Arbitrary<String> values = Arbitraries.strings().alpha().ofMaxLength(8);
    return Arbitraries.oneOf(
            values.map(v -> "  retry_interval = \"" + v + "\"   "),
            values.map(v -> "  # " + v),
            values.map(v -> "property_size=\"" + v + "\", max_topic_alias : 3 // " + v),
            Arbitraries.of("", "  "))
        .list()
        .ofMaxSize(15);
  }
}
