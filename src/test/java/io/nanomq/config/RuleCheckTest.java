package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.RulesConf.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules as documents have them, and what is wrong with others. */
class RuleCheckTest {
  private static final String SQL = "sql = \"SELECT topic, payload FROM \\\"abc\\\"\"";

  private static List<Rule> rules(String text) throws Exception {
    return Confs.conf(text).integrations().rules().rules();
  }

  @Test
  void keyValueHasThemAsNanoMqsFilesDo() throws Exception {
    List<Rule> rules =
        rules(
            """
            rule_option=ON
            rule_option.sqlite=enable
            rule_option.mysql=disable
            rule.sqlite.path=/tmp/sqlite_rule.db
            rule.sqlite.1.table=broker
            rule.sqlite.event.publish.1.sql="SELECT payload.x.y as y FROM "#" WHERE y > 10 and y != 'a b'"
            rule.sqlite.10.table=broker10
            rule.sqlite.event.publish.10.sql=SELECT * FROM "abc"
            rule.sqlite.2.table=broker2
            rule.event.publish.2.sql="SELECT topic, payload FROM "abc""
            rule.repub.2.address=mqtt-tcp://localhost:1883
            rule.repub.2.topic=topic/repub1
            rule.repub.2.keepalive=60
            rule.mysql.name=mysql_rule
            rule.mysql.3.table=broker
            rule.mysql.3.username=u
            rule.mysql.event.publish.3.sql="SELECT * FROM \\"abc\\""
            """);
    assertThat(rules)
        .extracting(Rule::sql)
        .containsExactly(
            "SELECT payload.x.y as y FROM \"#\" WHERE y > 10 and y != 'a b'",
            "SELECT topic, payload FROM \"abc\"",
            "SELECT * FROM \"abc\"",
            "SELECT topic, payload FROM \"abc\"",
            "SELECT * FROM \"abc\"");
    assertThat(rules)
        .extracting(Rule::target)
        .containsExactly("broker", "broker2", "broker10", "topic/repub1", "broker");
    assertThat(rules).extracting(Rule::enabled).containsExactly(true, true, true, true, false);
    assertThat(rules).extracting(Rule::id).containsExactly(1, 2, 3, 4, 5);
    assertThat(rules.get(4).sink().address()).isEqualTo("localhost:3306");
    assertThat(rules.get(4).sink().database()).isEqualTo("mysql_rule");
  }

  @Test
  void numbersThatAreGivenStay() throws Exception {
    List<Rule> rules =
        rules(
            "rules.repub.rules = [{topic = a, "
                + SQL
                + "}, {id = 1, topic = b, "
                + SQL
                + "}, {topic = c, enable = false, "
                + SQL
                + "}]\nrules.postgresql.p { conn { host = h, database = d }, rules = [{table = t, "
                + SQL
                + "}] }\n");
    assertThat(rules).extracting(Rule::id).containsExactly(2, 1, 3, 4);
    assertThat(rules).extracting(Rule::enabled).containsExactly(true, true, false, true);
    assertThat(rules.get(3).sink().address()).isEqualTo("h:5432");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rules.repub.rules = [{topic = a, sql = nonsense}] | :1 | at character 1",
        "rules.repub.rules = [{topic = a, sql = \"SELECT x FROM 'a'\", enable = false}]"
            + " | :1 | unknown name x",
        "rules.repub.rules = [{topic = a}] | :1 | without query",
        "rules.repub.rules = [{sql = \"SELECT qos FROM 'a'\"}] | :1 | without topic",
        "rules.repub.rules = [{topic = \"a/#\", sql = \"SELECT qos FROM 'a'\"}] | topic | no topic",
        "rules.repub.rules = [{topic = \"a/${qos\", sql = \"SELECT qos FROM 'a'\"}] | topic | no t",
        "rules.repub.rules = [{topic = \"$SYS/a\", sql = \"SELECT qos FROM 'a'\"}] | topic | no top",
        "rules.sqlite.rules = [{table = a, sql = \"SELECT qos FROM 'a'\"}] | :1 | without a file",
        "rules.sqlite { path = \":resource:http://h/x\", rules = [{table = a, sql = \"SELECT qos FROM"
            + " 'a'\"}] } | :1 | without a file",
        "rules.sqlite { path = \"FILE:/x\", rules = [{table = a, sql = \"SELECT qos FROM 'a'\"}] }"
            + " | :1 | without a file",
        "rules.mysql.m { conn.database = d, rules = [{table = \"a;b\", sql = \"SELECT qos FROM 'a'\"}]}"
            + " | table | no name of a table",
        "rules.mysql.m { conn.database = d, rules = [{table = a, sql = \"SELECT 1 AS \\\"a b\\\" FROM"
            + " 'a'\"}]} | sql | no table can have: a b",
        "rules.mysql.m { conn.database = \"d?x=y\", rules = [{table = a, sql = \"SELECT qos FROM"
            + " 'a'\"}]} | :1 | without data base",
        "rules.mysql.m { conn { host = \"h/d?x\", database = d }, rules = [{table = a, sql = \"SELECT"
            + " qos FROM 'a'\"}]} | :1 | host that is none",
        "rule.event.publish.1.sql=SELECT * FROM 'a' | :1 | of no rule",
        "rules.mysql.m { conn { database = d, ssl.cacertfile = f }, rules = [{table = a, sql ="
            + " \"SELECT qos FROM 'a'\"}]} | cacertfile | not carried out without TLS",
        "rules.timescaledb.m { conn { database = d, ssl.verify_peer = true }, rules = [{table = a,"
            + " sql = \"SELECT qos FROM 'a'\"}]} | verify_peer | not carried out without TLS",
        "rules.mysql.rules = [{table = a, ssl.cacertfile = f, sql = \"SELECT qos FROM 'a'\"}]"
            + " | cacertfile | not carried out without TLS",
      })
  void whatIsWrongIsToldWithItsPlace(String text, String place, String reason) {
    assertThat(Confs.reports(text + "\n"))
        .anySatisfy(report -> assertThat(report).contains(place).contains(reason));
  }

  @Test
  void twoOfOneNumberAndTooManyAreWrong() {
    String rule = "{id = 5, topic = a, " + SQL + "}";
    assertThat(Confs.reports("rules.repub.rules = [" + rule + "," + rule + "]\n"))
        .singleElement()
        .asString()
        .contains("number of another rule");
    String many = ("{topic = a, " + SQL + "},").repeat(1_001);
    assertThat(Confs.reports("rules.repub.rules = [" + many + "]\n"))
        .singleElement()
        .asString()
        .contains("one rule too many");
  }

  /** However many rules write to the same ones. */
  @Test
  void thereAreOnlySoManyDataBasesAndWebServers() throws Exception {
    StringBuilder text = new StringBuilder("rules.webhook.rules = [\n");
    for (int i = 0; i < 128; i++) {
      text.append("{ url = \"http://h/").append(i / 2).append("\", ").append(SQL).append(" }\n");
    }
    assertThat(rules(text + "]\n")).hasSize(128);
    assertThat(
            Confs.reports(
                text
                    + "]\nrules.mysql.m { conn { host = h, database = d }, rules = [{ table = t, "
                    + SQL
                    + " }] }\n"))
        .singleElement()
        .asString()
        .contains("one data base or web server too many", "64 at most");
  }
}
