package io.nanomq.control.access;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.nanomq.config.document.HashedDocument;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the API besides the administrator of the configuration. Passwords and secrets are
 * hashes. Immutable.
 */
public record ApiAccounts(List<User> users, List<Key> keys) {
  public static final ApiAccounts NONE = new ApiAccounts(List.of(), List.of());

  /** Users, and keys, that there may be. */
  static final int MAX = 1_000;

  /**
   * Somebody with a password.
   *
   * @param password its hash, as {@link io.nanomq.authn.PasswordHash} makes it
   */
  public record User(
      @JsonProperty(required = true) String username,
      @JsonProperty(required = true) Role role,
      @JsonProperty(required = true) String password) {
    /** Without the hash, since records end up in logs. */
    @Override
    public String toString() {
      return username + ", " + role.word();
    }
  }

  /**
   * A key of a program.
   *
   * @param id goes where a user name goes
   * @param secret SHA-256 of what goes where a password goes, which nobody can guess
   * @param by who made it
   * @param at when, seconds since 1970
   * @param until when it ends, seconds since 1970; null = never
   */
  public record Key(
      @JsonProperty(required = true) String id,
      String name,
      @JsonProperty(required = true) Role role,
      @JsonProperty(required = true) String secret,
      String by,
      long at,
      @Nullable Long until) {
    /** Without the hash. */
    @Override
    public String toString() {
      return id + ", " + role.word();
    }
  }

  public ApiAccounts {
    users = users == null ? List.of() : List.copyOf(users);
    keys = keys == null ? List.of() : List.copyOf(keys);
    Set<String> names = new HashSet<>();
    users.forEach(user -> requireNew(names, user.username));
    keys.forEach(key -> requireNew(names, key.id));
  }

  private static void requireNew(Set<String> names, String name) {
    if (!names.add(name)) {
      throw new IllegalArgumentException("there are two of one name");
    }
  }

  public Optional<User> user(String name) {
    return users.stream().filter(user -> user.username.equals(name)).findFirst();
  }

  public Optional<Key> key(String id) {
    return keys.stream().filter(key -> key.id.equals(id)).findFirst();
  }

  /**
   * Differs whenever credentials of that name are others, or are good for something else; empty
   * where there are none.
   */
  public Optional<String> fingerprint(String name) {
    return user(name)
        .map(user -> user.role + " " + user.password)
        .or(() -> key(name).map(key -> key.role + " " + key.secret + " " + key.until))
        .map(text -> HashedDocument.hash(text.getBytes(StandardCharsets.UTF_8)).substring(0, 32));
  }

  ApiAccounts withUsers(Consumer<List<User>> change) {
    return new ApiAccounts(changed(users, change), keys);
  }

  ApiAccounts withKeys(Consumer<List<Key>> change) {
    return new ApiAccounts(users, changed(keys, change));
  }

  private static <T> List<T> changed(List<T> before, Consumer<List<T>> change) {
    List<T> copy = new ArrayList<>(before);
    change.accept(copy);
    return copy;
  }
}
