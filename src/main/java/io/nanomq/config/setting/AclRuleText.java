package io.nanomq.config.setting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.key.KeyTree;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.key.value.ConfValueException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A rule as key=value files have it, JSON on one line: {@code {"permit": "allow", "username":
 * "joe"}}. Its members are the settings of HOCON's {@code auth.acl.rules}.
 */
public final class AclRuleText {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final List<String> FIRST_RULE = List.of("auth", "acl", "rules", "1");

  private final List<RawSetting> settings = new ArrayList<>();

  private AclRuleText() {}

  /**
   * The settings of a text as those of the only rule, which has the number 1.
   *
   * @throws ConfValueException where it is no rule
   */
  public static ConfValues values(String json) throws ConfValueException {
    JsonNode rule;
    try {
      rule = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new ConfValueException("is no JSON", example());
    }
    if (!rule.isObject()) {
      throw new ConfValueException("is no JSON object", example());
    }
    AclRuleText text = new AclRuleText();
    text.members(rule, FIRST_RULE);
    ConfValues values = text.values();
    if (!values.isGiven("auth.acl.rules.<n>.permit", "1")) {
      throw new ConfValueException("is a rule without permit", example());
    }
    return values;
  }

  private ConfValues values() throws ConfValueException {
    List<ConfProblem> problems = new ArrayList<>();
    EntryParser parser = new EntryParser(new SecretReferences(Map.of(), Path.of("")), problems);
    parser.add(settings);
    if (!problems.isEmpty()) {
      ConfProblem first = problems.get(0);
      throw new ConfValueException(first.key() + " " + first.reason(), first.expected());
    }
    return new ConfValues(parser.entries());
  }

  private void members(JsonNode object, List<String> path) throws ConfValueException {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      List<String> inner = KeyTree.below(path, member.getKey());
      Optional<KeyMatch> key = KeyTable.get().matchHocon(inner);
      if (key.isPresent()) {
        setting(key.get(), member.getValue(), inner);
      } else {
        groups(member.getValue(), inner);
      }
    }
  }

  private void setting(KeyMatch key, JsonNode value, List<String> path) throws ConfValueException {
    String right = key.key().type().describe(Syntax.HOCON);
    if (value.isObject()) {
      throw new ConfValueException(String.join(".", path) + " is a section", right);
    }
    // A rule without that member would be about everybody, or every topic.
    if (value.isNull()) {
      throw new ConfValueException(String.join(".", path) + " is null", right);
    }
    if (value.isEmpty() && value.isArray()) {
      throw new ConfValueException(String.join(".", path) + " is empty", right);
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode text : value.isArray() ? value : List.of(value)) {
      texts.add(text.asText());
    }
    String name = String.join(".", path);
    ConfOrigin origin = new ConfOrigin(Layer.FILE, "rule", 0, 0, name, Syntax.HOCON);
    settings.add(new RawSetting(key, texts, value.isArray(), origin));
  }

  /** What {@code and} and {@code or} list. */
  private void groups(JsonNode list, List<String> path) throws ConfValueException {
    if (!list.isArray() || !KeyTable.get().hocon().isSection(KeyTree.below(path, "1"))) {
      String right = KeyTable.get().hintHocon(path);
      throw new ConfValueException(String.join(".", path) + " is not a known key", right);
    }
    if (list.isEmpty()) {
      throw new ConfValueException(String.join(".", path) + " is empty", "[{ ... }]");
    }
    for (int i = 0; i < list.size(); i++) {
      List<String> element = KeyTree.below(path, String.valueOf(i + 1));
      if (!list.get(i).isObject()) {
        throw new ConfValueException(String.join(".", element) + " is not a section", "{ ... }");
      }
      if (list.get(i).isEmpty()) {
        throw new ConfValueException(String.join(".", element) + " is empty", "{ ... }");
      }
      members(list.get(i), element);
    }
  }

  private static String example() {
    return "{\"permit\": \"allow\" or \"deny\", ...}";
  }
}
