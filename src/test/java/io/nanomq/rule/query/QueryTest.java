package io.nanomq.rule.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a query, and what it says of one that is none. */
class QueryTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT topic, payload FROM \"abc\"",
        "SELECT * FROM \"abc\"",
        "select * from 'abc';",
        "SELECT payload, qos FROM \"#\" WHERE qos > 0",
        "SELECT payload.x.y as y, payload.z as z FROM \"#\" WHERE y > 10 and z != 'str'",
        "SELECT clientid as cid FROM \"#\" WHERE cid = 'abc'",
        "SELECT clientid as cid FROM \"#\" WHERE username = 'abc'",
        "SELECT payload FROM \"#\" WHERE payload.x.y = 1",
        "SELECT *, payload.a[0].b AS b FROM \"a/+\", \"b/#\" WHERE NOT b IS NULL OR -b % 3 <> 2",
        "SELECT upper(topic) AS \"from\", payload.\"two words\" FROM \"t\" WHERE \"from\" = 'T'",
        "SELECT 9223372036854775808 AS x, 1e3 AS y, 1.5 AS z, TRUE AS t, NULL AS n FROM \"t\"",
      })
  void printsWhatIsParsedToTheSame(String text) throws QueryException {
    Query query = Query.parse(text);
    assertThat(Query.parse(query.toString())).isEqualTo(query);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nonsense | 1 | SELECT",
        "SELECT FROM \"a\" | 8 | value is missing",
        "SELECT payload | 15 | FROM",
        "SELECT payload FROM a | 21 | filter in quotes",
        "SELECT payload FROM \"a/#/b\" | 21 | no topic filter",
        "SELECT payload FROM \"$share/g/a\" | 21 | no topic filter",
        "SELECT payload FROM \"a\" WHERE | 30 | value",
        "SELECT payload FROM \"a\" WHERE xyz = 1 | 31 | unknown name xyz",
        "SELECT payload FROM \"a\" WHERE qos = 1 = 1 | 39 | AND",
        "SELECT payload FROM \"a\" WHERE (qos | 35 | )",
        "SELECT payload FROM \"a\" WHERE qos ~ 1 | 35 | means nothing",
        "SELECT payload FROM \"a\" WHERE topic = 'a | 39 | does not end",
        "SELECT payload FROM \"a\" GROUP BY qos | 25 | WHERE",
        "SELECT qos + 1 FROM \"a\" | 8 | AS",
        "SELECT qos, qos FROM \"a\" | 13 | second column",
        "SELECT sleep(1) AS x FROM \"a\" | 8 | unknown function sleep",
        "SELECT abs(1, 2) AS x FROM \"a\" | 8 | does not take 2",
        "SELECT topic.a FROM \"a\" | 8 | nothing is below",
        "SELECT payload[1234567] FROM \"a\" | 16 | no index",
        "SELECT payload[-1] FROM \"a\" | 16 | no index",
        "SELECT 1e999 AS x FROM \"a\" | 8 | too large",
        "SELECT 1x AS x FROM \"a\" | 9 | goes on",
        "SELECT qos AS b, b AS c FROM \"a\" | 18 | unknown name b",
        "SELECT qos AS from FROM \"a\" | 15 | a name",
      })
  void tellsWhereTheMistakeIs(String text, int column, String reason) {
    QueryException wrong = mistake(text);
    assertThat(wrong).as(text).isNotNull().hasMessageContaining(reason);
    assertThat(wrong.column()).as(wrong.reason()).isEqualTo(column);
  }

  private static QueryException mistake(String text) {
    return catchThrowableOfType(QueryException.class, () -> Query.parse(text));
  }

  static Stream<String> tooMuch() {
    String begin = "SELECT * FROM \"a\" WHERE ";
    return Stream.of(
        begin + "(".repeat(Query.MAX_DEPTH + 1) + "qos" + ")".repeat(Query.MAX_DEPTH + 1),
        begin + "(".repeat(8_000),
        begin + "NOT ".repeat(1_000) + "TRUE",
        begin + "-".repeat(7_000) + "1 = 1",
        begin + "abs(".repeat(1_500),
        begin + "1" + " + 1".repeat(Query.MAX_NODES),
        begin + "payload" + ".a".repeat(100) + " = 1",
        begin + "'" + "x".repeat(Query.MAX_LENGTH) + "' = payload",
        "SELECT " + "1 AS a,".repeat(Query.MAX_COLUMNS) + "1 AS a FROM \"a\"",
        "SELECT * FROM " + "'a', ".repeat(Query.MAX_FILTERS) + "'a'",
        "SELECT " + "*".repeat(8_000),
        "SELECT '\0\0");
  }

  @ParameterizedTest
  @MethodSource("tooMuch")
  void hasItsBounds(String text) {
    assertThat(mistake(text)).isNotNull();
  }

  @Test
  void hasNamesAndFiltersInOrder() throws QueryException {
    Query query =
        Query.parse("SELECT *, payload.a[1].b, qos AS level, payload.topic FROM \"x/#\", 'y'");
    assertThat(query.filters()).containsExactly("x/#", "y");
    assertThat(query.names())
        .containsExactly(
            "qos", "id", "topic", "clientid", "username", "timestamp", "payload", "b", "level");
  }
}
