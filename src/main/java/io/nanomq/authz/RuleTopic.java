package io.nanomq.authz;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A filter of a rule, level by level. {@code ${clientid}} and {@code %c}, {@code ${username}} and
 * {@code %u} stand for what the client is called, as part of one level: a name that is empty, or
 * has {@code +}, {@code #}, {@code /} or NUL, fits nowhere, nor does one that would begin a topic
 * with {@code $}. As everywhere in MQTT a wildcard at the beginning is not about topics that begin
 * with {@code $} [MQTT-4.7.2-1].
 */
final class RuleTopic {
  /** How the topics of a rule's filter stand to those of another filter, or to one topic. */
  enum Relation {
    /** None is in both. */
    DISJOINT,
    /** Some are in both. */
    OVERLAPS,
    /** All of the other one's are in the rule's. */
    COVERS,
    /** It is the same filter. */
    NAMES
  }

  private static final String ONE = "+";
  private static final String REST = "#";
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(?:clientid|username)}|%[cu]");
  private static final Pattern USERNAME = Pattern.compile("\\$\\{username}|%u");

  private final String[] levels;
  private final boolean hasPlaceholders;

  RuleTopic(String filter) {
    this.levels = levels(filter);
    this.hasPlaceholders = PLACEHOLDER.matcher(filter).find();
  }

  /** The levels of a topic or a filter. */
  static String[] levels(String topic) {
    List<String> levels = new ArrayList<>();
    int start = 0;
    for (int slash = topic.indexOf('/'); slash >= 0; slash = topic.indexOf('/', start)) {
      levels.add(topic.substring(start, slash));
      start = slash + 1;
    }
    levels.add(topic.substring(start));
    return levels.toArray(new String[0]);
  }

  /**
   * @param other levels of a legal topic or filter
   */
  Relation to(String[] other, AccessClient client) {
    String[] mine = hasPlaceholders ? resolved(client) : levels;
    return mine == null ? Relation.DISJOINT : relation(mine, other);
  }

  /** Null = a placeholder stands for what cannot be part of a level. */
  private String @Nullable [] resolved(AccessClient client) {
    String[] resolved = levels.clone();
    for (int i = 0; i < resolved.length; i++) {
      Matcher matcher = PLACEHOLDER.matcher(resolved[i]);
      StringBuilder level = new StringBuilder();
      while (matcher.find()) {
        boolean isUser = USERNAME.matcher(matcher.group()).matches();
        String value = isUser ? client.username() : client.clientId();
        if (value == null || !isPartOfLevel(value)) {
          return null;
        }
        matcher.appendReplacement(level, Matcher.quoteReplacement(value));
      }
      resolved[i] = matcher.appendTail(level).toString();
    }
    boolean begins = resolved[0].startsWith("$") && PLACEHOLDER.matcher(levels[0]).lookingAt();
    return begins ? null : resolved;
  }

  private static boolean isPartOfLevel(String value) {
    return !value.isEmpty() && value.chars().noneMatch(c -> "+#/\0".indexOf(c) >= 0);
  }

  private static Relation relation(String[] rule, String[] other) {
    if (isHiddenFrom(rule[0], other[0]) || isHiddenFrom(other[0], rule[0])) {
      return Relation.DISJOINT;
    }
    boolean names = true;
    boolean covers = true;
    for (int i = 0; i < rule.length || i < other.length; i++) {
      String mine = i < rule.length ? rule[i] : null;
      String theirs = i < other.length ? other[i] : null;
      boolean same = mine != null && mine.equals(theirs);
      names &= same;
      if (REST.equals(mine)) {
        return result(names, covers);
      }
      if (REST.equals(theirs)) {
        return Relation.OVERLAPS;
      }
      if (mine == null || theirs == null) {
        return Relation.DISJOINT;
      }
      if (!same && !mine.equals(ONE)) {
        if (!theirs.equals(ONE)) {
          return Relation.DISJOINT;
        }
        covers = false;
      }
    }
    return result(names, covers);
  }

  private static Relation result(boolean names, boolean covers) {
    return names ? Relation.NAMES : covers ? Relation.COVERS : Relation.OVERLAPS;
  }

  private static boolean isHiddenFrom(String first, String wildcard) {
    return first.startsWith("$") && (wildcard.equals(ONE) || wildcard.equals(REST));
  }
}
