package io.nanomq.connection.topic;

import io.nanomq.codec.TopicRules;
import io.nanomq.config.model.RewriteConf;
import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.TopicName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gives topics that clients name other names: the first rule whose filter and expression match says
 * which. An expression may take some thousand steps: where that is not enough, the name stays, so
 * that no topic holds the loop up. What was made of topics lately is remembered.
 */
@LoopConfined
public final class TopicRewrites {
  private static final int MAX_LENGTH = 1_024;
  private static final int MAX_STEPS = 20_000;
  private static final int REMEMBERED = 4_096;

  /** Steps of an expression that are a unit of a turn. */
  private static final int STEPS_PER_UNIT = 16;

  private static final int MAX_REMEMBERED_BYTES = 256;

  private final List<Rule> rules;
  private final LongConsumer work;
  private final Map<TopicName, TopicName> known = new HashMap<>();

  /** A rule, ready to be used. */
  private record Rule(RewriteConf conf, String[] source, Pattern pattern) {}

  /** A text that can be looked at so many times. */
  private static final class Steps implements CharSequence {
    private final CharSequence text;
    private final int[] left;

    Steps(CharSequence text, int[] left) {
      this.text = text;
      this.left = left;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (--left[0] < 0) {
        throw new TooManyStepsException();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Steps(text.subSequence(start, end), left);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }

  private static final class TooManyStepsException extends RuntimeException {
    TooManyStepsException() {
      super(null, null, false, false);
    }
  }

  /**
   * @param rules whose expressions were checked
   * @param work told the units of a turn that each name has cost
   */
  public TopicRewrites(List<RewriteConf> rules, LongConsumer work) {
    this.work = work;
    this.rules =
        rules.stream()
            .map(
                rule ->
                    new Rule(rule, rule.source().split("/", -1), Pattern.compile(rule.pattern())))
            .toList();
  }

  /** The name that a message is published under. */
  public TopicName published(TopicName topic) {
    TopicName found = known.get(topic);
    if (found == null) {
      String text = rewrite(topic.text(), false);
      found = text.equals(topic.text()) ? topic : TopicName.of(text);
      remember(topic, found);
    }
    return found;
  }

  /** No budget counts these: they are short, and not many. */
  private void remember(TopicName topic, TopicName made) {
    if (topic.utf8().length <= MAX_REMEMBERED_BYTES && made.utf8().length <= MAX_REMEMBERED_BYTES) {
      if (known.size() >= REMEMBERED) {
        known.clear();
      }
      known.put(topic, made);
    }
  }

  /** How many are remembered. */
  public int remembered() {
    return known.size();
  }

  /** The filter that is subscribed, or no longer. */
  public String subscribed(String filter) {
    int start = TopicRules.isShared(filter) ? TopicRules.sharedFilterStart(filter) : 0;
    if (start < 0) {
      return filter;
    }
    String made = rewrite(filter.substring(start), true);
    return TopicRules.isValidFilter(made) ? filter.substring(0, start) + made : filter;
  }

  private String rewrite(String topic, boolean subscribes) {
    if (topic.length() > MAX_LENGTH) {
      return topic;
    }
    String[] levels = topic.split("/", -1);
    work.accept(levels.length + (long) rules.size());
    for (Rule rule : rules) {
      boolean isFor = subscribes ? rule.conf.subscribe() : rule.conf.publish();
      if (isFor && covers(rule.source, levels)) {
        int[] left = {MAX_STEPS};
        String made = made(rule, topic, left);
        work.accept((MAX_STEPS - left[0]) / STEPS_PER_UNIT);
        boolean isName = made != null && (subscribes || !TopicRules.hasWildcard(made));
        if (made != null && isName && !made.isEmpty()) {
          return made;
        }
      }
    }
    return topic;
  }

  /** Whether a filter covers a name, wildcards of which stand for themselves. */
  private static boolean covers(String[] filter, String[] name) {
    if (name[0].startsWith("$") && !filter[0].startsWith("$")) {
      return false;
    }
    for (int i = 0; i < filter.length; i++) {
      if (filter[i].equals("#")) {
        return true;
      }
      if (i >= name.length || !filter[i].equals("+") && !filter[i].equals(name[i])) {
        return false;
      }
    }
    return filter.length == name.length;
  }

  private static @Nullable String made(Rule rule, String topic, int[] left) {
    try {
      Matcher matcher = rule.pattern.matcher(new Steps(topic, left));
      if (!matcher.find()) {
        return null;
      }
      StringBuilder text = new StringBuilder();
      String target = rule.conf.target();
      for (int i = 0; i < target.length(); i++) {
        char c = target.charAt(i);
        int group = c == '$' && i + 1 < target.length() ? target.charAt(i + 1) - '0' : -1;
        if (group >= 1 && group <= 9) {
          String value = group <= matcher.groupCount() ? matcher.group(group) : null;
          text.append(value == null ? "" : value);
          i++;
        } else {
          text.append(c);
        }
      }
      return text.length() > MAX_LENGTH ? null : text.toString();
    } catch (TooManyStepsException | StackOverflowError endless) {
      return null;
    }
  }
}
