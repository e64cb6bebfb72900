package io.nanomq.config.document.hocon;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.nanomq.config.key.KeyTree;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a document says about who gets in and what comes to nothing: a variable that is not
 * set, {@code null}, a rule's member that is empty. The default would hold, and a rule would be
 * about everybody, although somebody has written otherwise.
 */
record HoconGaps(HoconReader reader) {
  /** In {@code auth}: users who are missing are let in nowhere, and what is kept opens nothing. */
  private static final Set<String> HARMLESS = Set.of("cache", "password");

  /** Elsewhere. */
  private static final Set<String> LOCKS =
      Set.of(
          "allow_origins",
          "auth",
          "auth_type",
          "fail_if_no_peer_cert",
          "password",
          "redact_secrets",
          "verify_peer");

  /**
   * @param whole with something in place of each variable, be it set or not
   * @param resolved the same document as it is
   */
  void find(ConfigObject whole, ConfigObject resolved) {
    object(whole, resolved, List.of());
  }

  private void object(ConfigObject whole, ConfigObject resolved, List<String> path) {
    for (Map.Entry<String, ConfigValue> member : whole.entrySet()) {
      List<String> inner = KeyTree.below(path, member.getKey());
      value(member.getValue(), resolved.get(member.getKey()), inner);
    }
  }

  private void value(ConfigValue whole, @Nullable ConfigValue resolved, List<String> path) {
    if (resolved == null || resolved.valueType() == ConfigValueType.NULL) {
      if (isLock(path)) {
        boolean isNull = whole.valueType() == ConfigValueType.NULL;
        String reason = isNull ? "is null" : "refers to what is not set";
        reader.problem(
            whole, path, reason + ", and who gets in may depend on it", "a value, or no such key");
      }
    } else if (whole instanceof ConfigObject object && resolved instanceof ConfigObject other) {
      object(object, other, path);
    } else if (whole instanceof ConfigList list && resolved instanceof ConfigList other) {
      list(list, other, path);
    }
  }

  private void list(ConfigList whole, ConfigList resolved, List<String> path) {
    if (whole.size() != resolved.size()) {
      if (isLock(path)) {
        String reason = "lists what is not set, and who gets in may depend on it";
        reader.problem(whole, path, reason, "values that are there");
      }
      return;
    }
    boolean isRule = isLock(path) && path.contains("rules");
    if (isRule && whole.isEmpty() && !path.get(path.size() - 1).equals("rules")) {
      reader.problem(whole, path, "is empty", "at least one, or no such key");
    }
    for (int i = 0; i < whole.size(); i++) {
      List<String> inner = KeyTree.below(path, String.valueOf(i + 1));
      if (isRule && whole.get(i) instanceof ConfigObject object && object.isEmpty()) {
        reader.problem(object, inner, "is empty", "{ ... }");
      }
      value(whole.get(i), resolved.get(i), inner);
    }
  }

  private static boolean isLock(List<String> path) {
    return switch (path.get(0)) {
      case "auth" -> path.size() < 2 || !HARMLESS.contains(path.get(1));
      case "http_server", "listeners" -> path.stream().anyMatch(LOCKS::contains);
      case "outgoing" -> true;
      default -> false;
    };
  }
}
