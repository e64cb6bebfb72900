package io.nanomq.authn;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The users of a configuration, so that how long a verdict takes does not tell who is one: where
 * any password is kept as a hash, a user that is not there, or whose password is kept as it is,
 * costs one verification of a hash that is there. Immutable.
 */
final class StoredPasswords {
  /** Longer ones are wrong: crypt needs a second of processor for 64 KiB. */
  static final int MAX_HASHED_BYTES = 4096;

  private static final Pattern KIND_AND_COST =
      Pattern.compile("\\$[^$]+\\$((rounds=)?\\d+\\$|v=\\d+\\$[^$]+\\$)?|SCRAM-SHA-256\\$\\d+:");

  private final Map<String, String> users;

  // One of each kind and cost.
  private final List<String> examples;

  StoredPasswords(Map<String, String> users) {
    this.users = users;
    this.examples = examples(users);
  }

  private static List<String> examples(Map<String, String> users) {
    Set<String> kinds = new HashSet<>();
    List<String> examples = new ArrayList<>();
    for (String stored : users.values()) {
      Matcher kind = KIND_AND_COST.matcher(stored);
      if (PasswordHash.isHash(stored) && kind.lookingAt() && kinds.add(kind.group())) {
        examples.add(stored);
      }
    }
    return List.copyOf(examples);
  }

  /** What is stored for a user, null = there is no such user. */
  @Nullable String get(String user) {
    return users.get(user);
  }

  /** Whether a user has the password that it had, null = none. */
  boolean isStillStored(String user, @Nullable String before) {
    return before != null && before.equals(users.get(user));
  }

  /** Whether a verdict takes long, on purpose, and so does not belong on an event loop. */
  boolean isSlow() {
    return !examples.isEmpty();
  }

  boolean matches(String user, byte[] given) {
    String stored = users.get(user);
    if (!isSlow()) {
      return isSame(stored, given);
    }
    boolean isTooLong = given.length > MAX_HASHED_BYTES;
    byte[] tried = isTooLong ? new byte[MAX_HASHED_BYTES] : given;
    if (stored != null && PasswordHash.isHash(stored)) {
      return PasswordHash.matches(tried, stored) && !isTooLong;
    }
    // Of several kinds always the same for one name.
    PasswordHash.matches(tried, examples.get(Math.floorMod(user.hashCode(), examples.size())));
    return isSame(stored, given);
  }

  /** A password that is empty, such as that of a variable that nobody has set, lets nobody in. */
  private static boolean isSame(@Nullable String stored, byte[] given) {
    byte[] right = stored == null ? new byte[0] : stored.getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(given, right) && right.length > 0;
  }
}
