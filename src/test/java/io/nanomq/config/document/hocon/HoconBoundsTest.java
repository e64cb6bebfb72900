package io.nanomq.config.document.hocon;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.setting.ConfException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Texts that would keep the parser busy for minutes, or take all memory, are told apart at once.
 */
@Timeout(120)
class HoconBoundsTest {
  @TempDir Path folder;

  private static String times(int count, IntFunction<String> part) {
    return IntStream.range(0, count).mapToObj(part).collect(Collectors.joining());
  }

  static Stream<Arguments> tooMuch() {
    return Stream.of(
        Arguments.of("sections", times(60_000, i -> "s" + i + " { b = 1 }\n"), "too many keys"),
        Arguments.of("keys", "s {\n" + times(60_000, i -> "b" + i + "=1\n") + "}", ":50001:"),
        Arguments.of("parts", times(10_000, i -> "s { b" + i + " = 1 }\n"), "too many parts of"),
        Arguments.of("paths", times(10_000, i -> "s.b" + i + " = 1\n"), "too many parts of"),
        Arguments.of(
            "joined", "s = " + times(10_000, i -> "{ b" + i + " = 1 }"), "too many parts of"),
        Arguments.of("lists", "s = " + times(10_000, i -> "[1]"), "too many"),
        Arguments.of("elements", "s = [" + times(250_000, i -> "1,") + "1]", "values and signs"),
        Arguments.of("lines", times(250_000, i -> "\n"), ":200001: has too many lines"),
        Arguments.of("comments", times(250_000, i -> "#\n"), ":200001: has too many lines"),
        Arguments.of("words", "s = " + times(10_000, i -> "x "), "parts of one value"),
        Arguments.of("texts", "s = " + times(10_000, i -> "\"x\""), "parts of one value"),
        Arguments.of("sections within", times(1_000, i -> "a {"), "nests too deep"),
        Arguments.of("lists within", "a = " + times(1_000, i -> "["), "nests too deep"),
        Arguments.of("a path", "a" + times(1_000, i -> ".a") + " = 1 {", "characters"),
        Arguments.of("a deep path", "s { a" + times(100, i -> ".a") + " = 1 }", "nests too deep"),
        Arguments.of("additions", "s {}\n" + times(600, i -> "a += 1\n"), ":503:"),
        Arguments.of("substitutions", "s {}\n" + times(600, i -> "a" + i + "=${s}\n"), ":503:"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tooMuch")
  void whatIsTooMuchIsToldWithItsLine(String what, String text, String part) {
    assertThat(Confs.reports("mqtt {}\n" + text))
        .singleElement()
        .asString()
        .matches("nanomq.conf:\\d+: .*")
        .contains(part);
  }

  static Stream<String> doubling() {
    return Stream.of(
        "a0 = [1]\n" + times(60, i -> "a" + (i + 1) + " = ${a" + i + "}${a" + i + "}\n"),
        "a0 = x\n" + times(60, i -> "a" + (i + 1) + " = ${a" + i + "}${?a" + i + "}\n"),
        times(60, i -> "a" + i + " = ${a" + (i + 1) + "}${a" + (i + 1) + "}\n") + "a60 = [1]\n",
        "a0 { x = 1 }\n"
            + times(40, i -> "a" + (i + 1) + " { p=${a" + i + "}, q=${a" + i + "} }\n"),
        "a = [1]\n" + times(60, i -> "a = ${a}${a}\n"),
        "a { b = [1] }\n" + times(60, i -> "\"a\".b = ${a.\"b\"} ${ a . b }\n"),
        "\"\\u0061\" = [1]\nb0 = ${a}\n"
            + times(60, i -> "b" + (i + 1) + " = ${b" + i + "}${b" + i + "}\n"));
  }

  @ParameterizedTest
  @MethodSource("doubling")
  void substitutionsThatDoubleAreNotFilledIn(String text) {
    assertThat(Confs.reports("mqtt {}\n" + text))
        .singleElement()
        .asString()
        .contains("grows too large");
  }

  @Test
  void theSameInFilesThatAreIncluded() throws Exception {
    Confs.write(
        folder,
        "in.conf",
        "a0 = [1]\n" + times(60, i -> "a" + (i + 1) + " = ${a" + i + "}${a" + i + "}\n"));
    Path main = Confs.write(folder, "main.conf", "x { include \"in.conf\" }\n");
    assertThat(problems(main)).contains("grows too large");

    Confs.write(folder, "in.conf", times(60_000, i -> "a" + i + " = 1\n"));
    assertThat(problems(main)).containsPattern("in.conf:\\d+: has too many keys");
  }

  @Test
  void filesThatIncludeEachOtherTwiceAreNotReadForEver() throws Exception {
    Path main = Confs.write(folder, "main.conf", "include \"main.conf\"\ninclude \"main.conf\"\n");
    assertThat(problems(main)).contains("in a circle or too deep").contains("one too many");
  }

  private String problems(Path main) {
    try {
      Confs.load(new String[] {"--conf", main.toString()}, Map.of(), folder);
      return "";
    } catch (ConfException e) {
      return e.getMessage();
    }
  }

  @Tag("slow")
  @Test
  void whatLargeConfigurationsAreMadeOfIsAllowed() throws Exception {
    String users = "auth.password {\n" + times(40_000, i -> "user" + i + " = \"p\"\n") + "}\n";
    assertThat(Confs.conf(users).auth().users()).hasSize(40_000);
    String dotted = times(3_000, i -> "auth.password.user" + i + " = \"p\"\n") + "mqtt {}\n";
    assertThat(Confs.conf(dotted).auth().users()).hasSize(3_000);
    String rules =
        "auth.acl.rules = [\n"
            + times(10_000, i -> "{ permit = allow, topics = [a, b] }\n")
            + "]\n";
    String open = "auth.no_match = allow\n";
    assertThat(Confs.load(open + rules).values().names("auth.acl.rules.")).hasSize(10_000);
  }

  @Test
  void substitutionsAsPeopleWriteThemAreAllowed() throws Exception {
    String folders =
        "log { dir = /etc/certs }\n"
            + "auth.password { "
            + times(200, i -> "u" + i + " = ${log.dir}\"/\"${X}\n")
            + "}\n";
    assertThat(Confs.load(folders, Map.of("X", "1")).conf().auth().users())
        .hasSize(200)
        .containsEntry("u7", "/etc/certs/1");
    String text = "auth.password { a = x, b = ${auth.password.a}x, c = ${auth.password.b}y }\n";
    assertThat(Confs.conf(text + "auth.password.d = ${auth.password.c}\n").auth().users())
        .isEqualTo(Map.of("a", "x", "b", "xx", "c", "xxy", "d", "xxy"));
  }
}
