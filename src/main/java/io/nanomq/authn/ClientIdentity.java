package io.nanomq.authn;

import io.nanomq.config.model.AclRuleConf;
import io.nanomq.memory.HeapBytes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is and by what it was let in; kept as long as its session.
 *
 * @param user user name; null = none. Proven unless {@code link} is {@link #ANONYMOUS}
 * @param superuser whether it may do everything
 * @param rules what it may do by what it has shown, ahead of the rules of all clients
 * @param untilMillis until when it holds, milliseconds since 1970; {@link #FOREVER} = no end
 * @param link name of the link that let it in
 * @param listener name of the listener that it came by
 * @param grant what the link let it in by, compared when that changes; null = nothing that changes
 */
public record ClientIdentity(
    @Nullable String user,
    boolean superuser,
    List<AclRuleConf> rules,
    long untilMillis,
    String link,
    String listener,
    @Nullable String grant) {

  /** The end of each chain, where {@code allow_anonymous} decides. */
  public static final String ANONYMOUS = "anonymous";

  /** A rule, as it was written and as it is asked. */
  private static final int RULE_BYTES = 256;

  public static final long FOREVER = Long.MAX_VALUE;

  /** Of whom nothing is known. */
  public static final ClientIdentity NOBODY = anonymous(null, "");

  public ClientIdentity {
    rules = List.copyOf(rules);
  }

  /** Who has shown nothing. */
  public static ClientIdentity anonymous(@Nullable String user, String listener) {
    return new ClientIdentity(user, false, List.of(), FOREVER, ANONYMOUS, listener, null);
  }

  /** Somebody who has shown who it is. */
  public static ClientIdentity of(@Nullable String user, String link, String listener) {
    return new ClientIdentity(user, false, List.of(), FOREVER, link, listener, null);
  }

  public ClientIdentity withGrant(String by) {
    return new ClientIdentity(user, superuser, rules, untilMillis, link, listener, by);
  }

  public ClientIdentity withUntil(long millis) {
    return new ClientIdentity(user, superuser, rules, millis, link, listener, grant);
  }

  public ClientIdentity withSuperuser(boolean is) {
    return new ClientIdentity(user, is, rules, untilMillis, link, listener, grant);
  }

  public ClientIdentity withRules(List<AclRuleConf> own) {
    return new ClientIdentity(user, superuser, own, untilMillis, link, listener, grant);
  }

  /** What its rules cost to keep, in bytes. */
  public int keptBytes() {
    int bytes = 0;
    for (AclRuleConf rule : rules) {
      bytes += RULE_BYTES;
      for (String topic : rule.topics()) {
        bytes += HeapBytes.string(topic);
      }
    }
    return bytes;
  }

  /** Whether the user name was proven. */
  public boolean isProven() {
    return !link.equals(ANONYMOUS);
  }

  /** Whether both are the same user, by whatever they have shown it. */
  public boolean isSameUser(ClientIdentity other) {
    return Objects.equals(user, other.user) && isProven() == other.isProven();
  }

  /** Without what it was let in by, which may be a password. */
  @Override
  public String toString() {
    return "ClientIdentity[user " + user + ", by " + link + " at " + listener + "]";
  }
}
