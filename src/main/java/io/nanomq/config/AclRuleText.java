package io.nanomq.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A rule as key=value files have it, JSON on one line: {@code {"permit": "allow", "username":
 * "joe"}}. Its members are those of HOCON's {@code auth.acl.rules}, and are read by the same code.
 */
final class AclRuleText {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private AclRuleText() {}

  /** The rule of a text that {@link #check} has seen. */
  static AclRuleConf rule(String json) {
    try {
      return check(json);
    } catch (ConfValueException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static AclRuleConf check(String json) throws ConfValueException {
    // HOCON's parser takes more than JSON, such as includes.
    try {
      if (!JSON.readTree(json).isObject()) {
        throw new ConfValueException("is no JSON object", example());
      }
    } catch (JsonProcessingException e) {
      throw new ConfValueException("is no JSON", example());
    }
    List<ConfProblem> problems = new ArrayList<>();
    ConfValues values = values("auth.acl.rules = [" + json + "]", problems);
    if (!problems.isEmpty()) {
      ConfProblem first = problems.get(0);
      throw new ConfValueException(first.key() + " " + first.reason(), first.expected());
    }
    if (!values.isGiven("auth.acl.rules.<n>.permit", "1")) {
      throw new ConfValueException("is a rule without permit", example());
    }
    return AclBinder.bind(values).get(0);
  }

  private static ConfValues values(String hocon, List<ConfProblem> problems) {
    EntryParser parser = new EntryParser(new SecretReferences(Map.of(), Path.of("")), problems);
    try {
      parser.add(HoconDocument.parse("rule", hocon).settings(Map.of(), problems));
    } catch (ConfException e) {
      problems.addAll(e.problems());
    }
    return new ConfValues(parser.entries());
  }

  private static String example() {
    return "{\"permit\": \"allow\" or \"deny\", ...}";
  }
}
