package io.nanomq.rule.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What queries make of messages. */
class EvaluationTest {
  private static final int MUCH = 1024 * 1024;

  private static RuleMessage message(String topic, byte[] payload) {
    return new RuleMessage(topic, payload, 1, 7, "dev'1", null, 1_700_000_000);
  }

  private static @Nullable String json(String query, String payload) throws Exception {
    return json(query, payload.getBytes(UTF_8));
  }

  private static @Nullable String json(String query, byte[] payload) throws Exception {
    Row row = new Evaluation(message("abc", payload)).row(Query.parse(query));
    return row == null ? null : new String(row.json(MUCH), UTF_8);
  }

  /** NanoMQ's documented examples, with messages of our own. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "none",
      value = {
        "SELECT topic, payload FROM \"abc\" | aaa | {\"topic\":\"abc\",\"payload\":\"aaa\"}",
        "SELECT payload.x.y as y, payload.z as z FROM \"#\" WHERE y > 10 and z != 'str'"
            + " | {\"x\":{\"y\":11},\"z\":\"s\"} | {\"y\":11,\"z\":\"s\"}",
        "SELECT payload.x.y as y, payload.z as z FROM \"#\" WHERE y > 10 and z != 'str'"
            + " | {\"x\":{\"y\":11},\"z\":\"str\"} | none",
        "SELECT payload.x.y as y, payload.z as z FROM \"#\" WHERE y > 10 and z != 'str'"
            + " | {\"x\":{\"y\":10},\"z\":\"s\"} | none",
        "SELECT payload.x.y as y, payload.z as z FROM \"#\" WHERE y > 10 and z != 'str'"
            + " | no json | none",
        "SELECT payload, qos FROM \"#\" WHERE qos > 0 | a | {\"payload\":\"a\",\"qos\":1}",
        "SELECT payload FROM \"#\" WHERE qos > 1 | a | none",
        "SELECT clientid as cid FROM \"#\" WHERE cid = 'dev''1' | a | {\"cid\":\"dev'1\"}",
        "SELECT clientid as cid FROM \"#\" WHERE username = 'abc' | a | none",
        "SELECT payload FROM \"#\" WHERE payload.x.y = 1 | {\"x\":{\"y\":1}}"
            + " | {\"payload\":\"{\\\"x\\\":{\\\"y\\\":1}}\"}",
        "SELECT * FROM \"abc\" | a | {\"qos\":1,\"id\":7,\"topic\":\"abc\",\"clientid\":\"dev'1\","
            + "\"username\":null,\"timestamp\":1700000000,\"payload\":\"a\"}",
        "SELECT *, payload.topic AS topic FROM \"abc\" WHERE topic = 'abc' | {\"topic\":[1]}"
            + " | {\"qos\":1,\"id\":7,\"topic\":[1],\"clientid\":\"dev'1\","
            + "\"username\":null,\"timestamp\":1700000000,\"payload\":\"{\\\"topic\\\":[1]}\"}",
      })
  void makesRows(String query, String payload, @Nullable String row) throws Exception {
    assertThat(json(query, payload)).isEqualTo(row);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1 + 2 * 3 | 7",
        "(1 + 2) * 3 | 9",
        "2 - 3 - 4 | -5",
        "7 / 2 | 3.5",
        "6 / 2 | 3",
        "7 DIV 2 | 3",
        "-7 div 2 | -3",
        "-7 % 3 | -1",
        "7 mod 4 | 3",
        "1 / 0 | null",
        "1.5 / 0 | null",
        "1 % 0 | null",
        "1 div 0 | null",
        "0 / 0 | null",
        "9223372036854775807 + 1 | 9.223372036854776E18",
        "(-9223372036854775807 - 1) div -1 | null",
        "(-9223372036854775807 - 1) / -1 | 9.223372036854776E18",
        "(-9223372036854775807 - 1) % -1 | null",
        "abs(-9223372036854775807 - 1) | 9.223372036854776E18",
        "1e308 * 10 | null",
        "'12' + 1 | 13",
        "'1d' + 1 | null",
        "'NaN' + 1 | null",
        "'0x1p3' + 1 | null",
        "TRUE + 1 | null",
        "NULL + 1 | null",
        "1 = 1.0 | true",
        "'1' = 1 | true",
        "'a' = 1 | false",
        "'a' != 1 | true",
        "'a' < 1 | null",
        "'a' < 'b' | true",
        "9007199254740993 = 9007199254740992.0 | false",
        "9007199254740993 > 9007199254740992.0 | true",
        "9223372036854775807 < 9223372036854775808 | true",
        "NULL = NULL | null",
        "NULL IS NULL | true",
        "payload.none IS NOT NULL | false",
        "NULL OR TRUE | true",
        "NULL AND FALSE | false",
        "FALSE AND 1 / 0 > 1 | false",
        "NOT NULL | null",
        "NOT TRUE AND FALSE | false",
        "NOT 1 = 2 | true",
        "TRUE OR FALSE AND FALSE | true",
        "round(2.5) | 3",
        "round(-2.5) | -3",
        "floor(-0.5) | -1",
        "ceil(1e300) | 1.0E300",
        "sqrt(-1) | null",
        "power(10, 400) | null",
        "power(2, 10) | 1024.0",
        "upper('straße') | \"STRASSE\"",
        "length('a😀b') | 3",
        "length(payload.list) | 3",
        "substr('a😀bc', 1, 2) | \"😀b\"",
        "substr('abc', 5) | \"\"",
        "substr('abc', -1) | null",
        "substr('abc', 0, 1e18) | \"abc\"",
        "replace('aXbX', 'X', '--') | \"a--b--\"",
        "replace('a', '', 'b') | null",
        "concat('a', 1, NULL, TRUE, payload.list) | \"a1true[1,2,{\\\"k\\\":\\\"v\\\"}]\"",
        "nth_level('a/b//c', 3) | \"\"",
        "nth_level('a/b//c', 5) | null",
        "nth_level(topic, 1) | \"abc\"",
        "starts_with(topic, 'ab') AND ends_with(topic, 'bc') AND contains(topic, 'b') | true",
        "int('12.9') | 12",
        "int(1e30) | null",
        "float('1') | 1.0",
        "str(1.0) | \"1.0\"",
        "coalesce(NULL, payload.none, 3) | 3",
        "json_decode('{\"a\":[true]}') | {\"a\":[true]}",
        "json_decode('{') | null",
        "json_encode(payload.list) | \"[1,2,{\\\"k\\\":\\\"v\\\"}]\"",
        "payload.list[2].k | \"v\"",
        "payload.list[3] | null",
        "payload.list.k | null",
        "payload.big | 1.0E30",
        "payload.whole | 1.2345678901234567E19",
        "payload.endless | null",
        "payload.text.more | null",
        "payload.\"a.b\" | 5",
      })
  void worksOut(String expression, String value) throws Exception {
    String payload =
        "{\"list\":[1,2,{\"k\":\"v\"}],\"big\":1e30,\"whole\":12345678901234567890,"
            + "\"endless\":1e9999,\"text\":\"t\",\"a.b\":5}";
    assertThat(json("SELECT " + expression + " AS v FROM \"#\"", payload))
        .isEqualTo("{\"v\":" + value + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "payload.a.b AS a | a.b > 1 | {\"a\":{\"b\":{\"b\":2}}}",
        "1 AS one, payload.n AS n | one = n | {\"n\":1}",
      })
  void columnsCanBeNamedInTheCondition(String columns, String condition, String payload)
      throws Exception {
    assertThat(json("SELECT " + columns + " FROM \"#\" WHERE " + condition, payload)).isNotNull();
  }

  @Test
  void whatIsTooDeepOrTooMuchIsNoJson() throws Exception {
    String query = "SELECT payload.a IS NULL AS x FROM \"#\"";
    for (String payload :
        new String[] {
          "{\"a\":" + "[".repeat(Json.MAX_DEPTH) + "]".repeat(Json.MAX_DEPTH) + "}",
          "{\"a\":" + "[".repeat(500_000),
          "{\"a\":1,\"b\":\"" + "x".repeat(Json.MAX_BYTES) + "\"}",
          "{\"a\":1" + "0".repeat(100_000) + "}",
          "{\"a\":1} {",
          "",
          "null",
          "[",
        }) {
      assertThat(json(query, payload)).isEqualTo("{\"x\":true}");
    }
    byte[] bytes = new byte[300];
    Arrays.fill(bytes, (byte) 0xC3);
    assertThat(json(query, bytes)).isEqualTo("{\"x\":true}");
  }

  @Test
  void textHasNulAndWhatIsNoUnicodeIsReplaced() throws Exception {
    assertThat(json("SELECT payload FROM \"#\"", new byte[] {'a', 0, (byte) 0xFF}))
        .isEqualTo("{\"payload\":\"a\\u0000\uFFFD\"}");
  }

  @Test
  void resultsHaveABound() throws Exception {
    String payload = "a".repeat(Function.MAX_TEXT / 2 + 1);
    Row row =
        new Evaluation(message("abc", payload.getBytes(UTF_8)))
            .row(Query.parse("SELECT payload, payload AS again FROM \"#\""));
    assertThatThrownBy(() -> row.json(MUCH))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("bytes");
    assertThatThrownBy(() -> json("SELECT concat(payload, payload) AS x FROM \"#\"", payload))
        .isInstanceOf(EvaluationException.class);
    assertThatThrownBy(() -> json("SELECT replace(payload, 'a', 'aaa') AS x FROM \"#\"", payload))
        .isInstanceOf(EvaluationException.class);
  }

  /** Java's own search takes the product of both lengths here: minutes. */
  @Test
  @Timeout(60)
  void lookingForATextTakesNoLongerThanTheTextsAre() throws Exception {
    String much = "a".repeat(MUCH * 5 / 8);
    String payload =
        "{\"text\":\"%s\",\"part\":\"%sb\"}".formatted(much, much.substring(much.length() / 2));
    assertThat(json("SELECT contains(payload.text, payload.part) AS x FROM \"#\"", payload))
        .isEqualTo("{\"x\":false}");
    assertThat(
            json(
                "SELECT length(replace(payload.text, payload.part, 'c')) AS x FROM \"#\"", payload))
        .isEqualTo("{\"x\":" + much.length() + "}");
  }

  /** Five hundred functions over a megabyte would be a second of a thread for each message. */
  @Test
  void whatOneQueryMayReadIsBounded() throws Exception {
    String payload = "a".repeat(MUCH / 2);
    String twice = "contains(lower(payload), upper(payload))";
    assertThat(json("SELECT " + twice + " AS x FROM \"#\"", payload)).isEqualTo("{\"x\":false}");
    String often = String.join(" OR ", Collections.nCopies(60, twice));
    assertThatThrownBy(() -> json("SELECT " + often + " AS x FROM \"#\"", payload))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("characters to look at");
    String list = "{\"a\":[" + "1,".repeat(MUCH / 4) + "1]}";
    String parsed = "length(json_decode(str(payload.a)))";
    assertThatThrownBy(
            () ->
                json(
                    "SELECT "
                        + String.join(" + ", Collections.nCopies(40, parsed))
                        + " AS x FROM \"#\"",
                    list))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("characters to look at");
  }

  @Test
  void namesStandForColumnsFirst() throws Exception {
    Row row =
        new Evaluation(message("abc", "{\"a\":{\"b\":[1]}}".getBytes(UTF_8)))
            .row(Query.parse("SELECT qos + 1 AS qos FROM \"#\""));
    assertThat(row.text("qos")).isEqualTo("2");
    assertThat(row.text("topic")).isEqualTo("abc");
    assertThat(row.text("payload.a.b")).isEqualTo("[1]");
    assertThat(row.text("payload.none")).isNull();
    assertThat(row.text("username")).isNull();
    assertThat(row.text("nobody")).isNull();
  }
}
