package io.nanomq.config;

import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.model.AuthBinder;
import io.nanomq.config.model.AuthConf;
import io.nanomq.config.model.ChainConf.TokenConf;
import io.nanomq.config.model.MqttConf;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import io.nanomq.config.setting.Layer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What only shows when the whole configuration is seen at once. Looks at no file and no port. */
final class ConfValidator {
  private static final Set<String> USERS = Set.of("auth.password.<name>", "auth.<n>.login");

  private final NanomqConf conf;
  private final ConfValues values;
  private final List<ConfProblem> problems = new ArrayList<>();

  private ConfValidator(NanomqConf conf, ConfValues values) {
    this.conf = conf;
    this.values = values;
  }

  static List<ConfProblem> check(NanomqConf conf, ConfValues values) {
    ConfValidator validator = new ConfValidator(conf, values);
    validator.problems.addAll(new ListenerCheck(conf, values).problems());
    validator.problems.addAll(new HttpCheck(conf.httpServer(), values).problems());
    validator.users();
    validator.problems.addAll(new AclCheck(conf, values).problems());
    validator.problems.addAll(new IntegrationCheck(conf.integrations(), values).problems());
    validator.problems.addAll(new RewriteCheck(values).problems());
    validator.problems.addAll(new PresetCheck(values).problems());
    validator.problems.addAll(new RuleCheck(conf.integrations().rules(), values).problems());
    validator.packetSize("mqtt.max_packet_size");
    validator.packetSize("mqtt.client_max_packet_size");
    validator.store();
    validator.problems.addAll(new EffectCheck(values).problems());
    return validator.problems;
  }

  private void users() {
    Map<String, String> numbers = new HashMap<>();
    for (String number : AuthBinder.numbers(values)) {
      String login = values.text("auth.<n>.login", number);
      String other = login.isEmpty() ? null : numbers.putIfAbsent(login, number);
      if (other != null) {
        // One password would count, and whoever changes the other one would not notice.
        String reason = "is the user of auth." + other + " as well";
        error("auth.<n>.login", reason, "one password for each user", number);
      }
      if (!values.isGiven("auth.<n>.password", number)) {
        error("auth.<n>.login", "has no password", "auth." + number + ".password", number);
      } else if (login.isEmpty()) {
        error("auth.<n>.password", "has no user", "auth." + number + ".login", number);
      }
    }
    AuthConf auth = conf.auth();
    problems.addAll(ChainCheck.problems(values));
    boolean isChosen = auth.chain().links().contains("users");
    if (auth.allowAnonymous() && !auth.users().isEmpty() && !isChosen) {
      openInSpiteOfUsers();
    }
    TokenConf token = auth.chain().token();
    boolean hasTokens = !token.keyFile().isEmpty() || !token.jwksUrl().isEmpty();
    boolean hasOthers = auth.http().enable() || hasTokens;
    if (!auth.allowAnonymous() && auth.users().isEmpty() && !hasOthers) {
      problems.add(
          at("auth.allow_anonymous", "lets nobody in: there is no user", "a user").asWarning());
    }
    boolean namesNobody =
        Stream.of("auth_req", "super_req", "acl_req")
            .noneMatch(request -> values.isGiven("auth.http_auth." + request + ".url"));
    if (auth.http().enable() && namesNobody) {
      error("auth.http_auth.enable", "needs an address", "auth_req.url as well");
    }
  }

  private void openInSpiteOfUsers() {
    ConfEntry user =
        values.given().values().stream()
            .filter(e -> USERS.contains(e.key().id()))
            .findFirst()
            .orElseThrow();
    problems.add(
        ConfProblem.at(
                user.origin(),
                "",
                "is a user, and still everybody gets in without a password: allow_anonymous is"
                    + " true",
                "allow_anonymous = false as well")
            .asWarning());
  }

  /** NanoMQ's files may say a little more than a packet's length can. */
  private void packetSize(String id) {
    if (values.number(id) > MqttConf.Packets.MAX_PACKET) {
      problems.add(
          at(
                  id,
                  "is more than MQTT can express, and counts as "
                      + MqttConf.Packets.MAX_PACKET
                      + " bytes",
                  "256MB at most")
              .asWarning());
    }
  }

  private void store() {
    for (String key : StoreChoice.KEYS) {
      ConfEntry entry = values.given().get(key);
      if (entry != null && entry.origin().layer() == Layer.FILE) {
        problems.add(
            ConfProblem.at(
                    entry.origin(),
                    entry.raw(),
                    "says nothing in a document, which is where it would point to",
                    entry.key().environment() + " or " + entry.key().options())
                .asWarning());
      }
    }
    boolean isConfigMap = values.text("config.store").equals("configmap");
    if (values.isGiven("config.secret") && !isConfigMap) {
      problems.add(
          at("config.secret", "means nothing without a ConfigMap", "config.store=configmap as well")
              .asWarning());
    }
  }

  private void error(String id, String reason, String expected, String... captures) {
    problems.add(at(id, reason, expected, captures));
  }

  private ConfProblem at(String id, String reason, String expected, String... captures) {
    return at(values, id, reason, expected, captures);
  }

  /** A problem where the setting was given; by its name alone where it has its default. */
  static ConfProblem at(
      ConfValues values, String id, String reason, String expected, String... captures) {
    ConfEntry entry = values.entry(id, captures);
    if (entry != null) {
      return ConfProblem.at(
          entry.origin(), ConfProblem.shown(entry.key(), entry.raw()), reason, expected);
    }
    ConfKey key = KeyTable.get().byId(id);
    String value = key.defaultText() == null ? "" : key.defaultText();
    return ConfProblem.of(
        "default",
        KeyMatch.path(key, List.of(captures)),
        ConfProblem.shown(key, value),
        reason,
        expected);
  }
}
