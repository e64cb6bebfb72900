package io.nanomq.config.key;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes {@code docs/configuration.md} from the table of keys. */
public final class ConfigurationPage {
  private static final Map<String, String> TITLES =
      Map.ofEntries(
          Map.entry("system", "Process"),
          Map.entry("outgoing", "Process"),
          Map.entry("config", "Configuration itself"),
          Map.entry("log", "Log"),
          Map.entry("sqlite", "Disk"),
          Map.entry("persistence", "Disk"),
          Map.entry("mqtt", "MQTT limits"),
          Map.entry("listeners", "Listeners"),
          Map.entry("http_server", "HTTP API"),
          Map.entry("auth", "Who may connect and who may do what"),
          Map.entry("acl", "Who may connect and who may do what"),
          Map.entry("bridges", "Bridges"),
          Map.entry("webhook", "Webhooks"),
          Map.entry("rules", "Rules"),
          Map.entry("rewrite", "MQTT limits"),
          Map.entry("preset", "MQTT limits"),
          Map.entry("keepalive_backoff", "MQTT limits"),
          Map.entry("auth_enable", "Who may connect and who may do what"),
          Map.entry("authorization", "Who may connect and who may do what"),
          Map.entry("bridge", "Bridges"),
          Map.entry("rule", "Rules"),
          Map.entry("rule_option", "Rules"),
          Map.entry("sys_topics", "Topics of the broker's own"));
  private static final String OTHER = "Not part of this broker";

  private ConfigurationPage() {}

  /** Writes the page to the file that the first argument names. */
  public static void main(String[] arguments) throws IOException {
    Files.writeString(Path.of(arguments[0]), render());
  }

  /** The page as Markdown. */
  public static String render() {
    StringBuilder page = new StringBuilder(INTRODUCTION);
    append(page, "\n## ", KeyTable.get().keys().stream().filter(ConfKey::inEffect).toList());
    page.append(WITHOUT_EFFECT);
    append(page, "\n### ", KeyTable.get().keys().stream().filter(k -> !k.inEffect()).toList());
    return page.toString();
  }

  private static void append(StringBuilder page, String level, List<ConfKey> keys) {
    sections(keys)
        .forEach(
            (title, rows) -> {
              page.append(level).append(title).append("\n\n").append(HEAD);
              rows.forEach(key -> page.append(row(key)));
            });
  }

  private static Map<String, List<ConfKey>> sections(List<ConfKey> keys) {
    Map<String, List<ConfKey>> sections = new LinkedHashMap<>();
    for (ConfKey key : keys) {
      String title =
          key.type() == ConfType.SECTION ? OTHER : TITLES.getOrDefault(section(key), "Listeners");
      sections.computeIfAbsent(title, t -> new ArrayList<>()).add(key);
    }
    return sections;
  }

  private static String section(ConfKey key) {
    String first = key.id().split("\\.", -1)[0];
    return first.equals("web") ? "webhook" : first;
  }

  private static String row(ConfKey key) {
    String names =
        code(key.keyValue())
            + " | "
            + code(key.hocon())
            + " | "
            + code(key.environment())
            + (key.options().isEmpty() ? "" : "<br>" + code(key.options()));
    return "| "
        + names
        + " | "
        + key.type().describe(key.keyValue().isEmpty() ? Syntax.HOCON : Syntax.KEY_VALUE)
        + " | "
        + (key.defaultText() == null ? "" : code(key.secret() ? "public" : key.defaultText()))
        + " | "
        + effect(key)
        + " | "
        + key.description().replace("|", "\\|").replace("<", "&lt;")
        + " |\n";
  }

  private static String effect(ConfKey key) {
    return switch (key.support()) {
      case IN_EFFECT -> key.effect().name().toLowerCase(Locale.ROOT);
      case IGNORED -> "not in effect";
      case FOREIGN -> "not part of this broker";
      case REFUSED -> "**refused**";
    };
  }

  private static String code(String text) {
    return text.isEmpty() ? "" : "`" + text + "`";
  }

  private static final String WITHOUT_EFFECT =
      """

      ## Accepted without effect

      NanoMQ's files may hold these keys, and so may a document here. Those that are *not in effect*,
      or *not part of this broker*, are named in a warning. Those that are **refused** are an error where they would keep somebody
      out.
      """;

  private static final String HEAD =
      "| key=value | HOCON | environment, option | value | default | effect | what it does |\n"
          + "|---|---|---|---|---|---|---|\n";

  private static final String INTRODUCTION =
      """
      # Configuration

      <!-- Made from the table of keys by io.nanomq.config.key.ConfigurationPage; do not edit. -->

      The broker reads one document, `nanomq.conf`, in either of NanoMQ's formats. Which one it is
      shows by the names in it: those of the other format's table do not count, and neither does a
      line that no table knows. `--old_conf` means key=value. Where nothing is known, the format
      that can read the text is taken, and an error tells of both where neither can.

      - **key=value**, one setting a line: `msq_len=256`. Blanks and tabs do not count, not even
        inside a value; a value in double quotes is a JSON string and keeps them. `#` starts a
        comment line. The last line of a key counts; lines of `url` add up.
      - **HOCON**, sections in braces: `mqtt { max_mqueue_len = 256 }`. `include "file"` reads
        another file, looked for beside the including one. Durations (`10s`) and sizes (`10KB`,
        1024 bytes each) have units.

      The document is that of `--conf` or `--old_conf`, else of `NANOMQ_CONF_PATH`, else
      `etc/nanomq.conf` in the working directory where there is one. Beside a document in key=value
      format, `nanomq_bridge.conf`, `nanomq_auth_username.conf`, `nanomq_auth_http.conf` and
      `nanomq_web_hook.conf` are read too; `--bridge`, `--auth`, `--auth_http` and `--webhook`, or
      `NANOMQ_BRIDGE_CONF_PATH`, `NANOMQ_AUTH_CONF_PATH`, `NANOMQ_AUTH_HTTP_CONF_PATH` and
      `NANOMQ_WEBHOOK_CONF_PATH`, name other files in their place.

      In Kubernetes the document is the key `nanomq.conf` of a ConfigMap, where
      `NANOMQ_CONFIG_STORE=configmap` or `--config_store configmap` says so; `config.configmap` and
      `config.namespace` say which one. The document itself cannot say where it is. NanoMQ's other
      files are not looked for beside it, but options, variables and `include` may name files that
      are mounted. `config.secret` names a Secret that is mounted at `config.secret_path`: keys and
      certificates that come through the API go there, and the document names files of that folder.

      A later source wins: defaults, document, environment, command line. Any value may hold
      `${NAME}`, an environment variable, and `${file:/path}`, the content of a file (in HOCON, in
      double quotes); they are read when the document is, never written back, and the API answers
      texts with them as they stand.

      An unknown key, a wrong value or a document that contradicts itself stops the start, with
      everything that is wrong in one report: file, line, column, key, value, reason, and what would
      be right. `--check` prints that report and starts nothing. So does a document that is empty or
      holds no setting: comments, sections, references to what is not set. So does an included file
      that is missing or says nothing within `auth`, `listeners` or `http_server`; elsewhere a
      missing one is a warning. While the broker runs, no file that it
      was read from may vanish: see [operations](operations.md#what-vanishes).

      **Effect** says what a change takes: *hot* applies at once; *listener* closes that listener
      and opens it again, connections of other listeners stay; *http* moves the HTTP API; *restart*
      waits for a new process. The tables have the keys that work first; what follows [under its own
      title](#accepted-without-effect) is accepted without effect, and a warning says so.
      Keys that are **refused** keep clients out, or from doing something, in a way that this
      version does not carry out. They may stand in a document that does not need them: with their
      default or switched off (`auth.http.enable=false`). Where they would deny anybody anything, the
      document is an error at start and is not applied: nobody gets in because a lock is missing. In
      names, `<n>` is a number from 1 and `<name>` is any name.
      """;
}
