package io.nanomq.control.access;

import io.nanomq.Broker;
import io.nanomq.authn.PasswordHash;
import io.nanomq.config.RunningConf;
import io.nanomq.config.document.HashedDocument;
import io.nanomq.config.store.ConfStore;
import io.nanomq.control.BeforeStart;
import io.nanomq.control.access.AccessException.Problem;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@link ApiAccounts} in {@value #FILE} beside the configuration. What changes something blocks,
 * and hashes; any thread may ask what is there.
 */
@Singleton
public class StoredApiAccounts implements BeforeStart {
  static final String FILE = "nanomq_api_users.json";

  private static final int SECRET_BYTES = 32;
  private static final int ID_BYTES = 9;

  private final SideDocument<ApiAccounts> document;
  private final RunningConf conf;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile ApiAccounts current = ApiAccounts.NONE;
  private volatile ConfStore.@Nullable Watch watch;

  /** A key with the secret that nobody is told again. */
  public record NewKey(ApiAccounts.Key key, String secret) {}

  public StoredApiAccounts(SideDocuments documents, RunningConf conf, Clock clock) {
    this.document =
        new SideDocument<>(documents.of(FILE), new JsonForm<>(ApiAccounts.class), ApiAccounts.NONE);
    this.conf = conf;
    this.clock = clock;
  }

  @Override
  public void prepare(Broker starting) throws IOException {
    current = document.read();
    watch = document.watch(this::put);
  }

  void stop(@Observes ShutdownEvent event) {
    ConfStore.Watch watching = watch;
    if (watching != null) {
      watching.close();
    }
  }

  private void put(ApiAccounts accounts) {
    if (!accounts.equals(current)) {
      current = accounts;
      listeners.forEach(Runnable::run);
    }
  }

  private void change(UnaryOperator<ApiAccounts> change) throws IOException {
    put(document.change(change));
  }

  public ApiAccounts current() {
    return current;
  }

  /** Calls {@code listener} after each change; it may not block. */
  public void whenReplaced(Runnable listener) {
    listeners.add(listener);
  }

  // ---- users

  /**
   * @throws AccessException where there is one of that name, or nobody can be called that
   */
  public void addUser(String name, Role role, String password) throws IOException {
    Passwords.requireName(name);
    String hash = PasswordHash.make(Passwords.required(password));
    change(
        all -> {
          if (isTaken(all, name)) {
            throw new AccessException(Problem.EXISTS, "There is somebody of that name");
          }
          requireRoom(all.users());
          return all.withUsers(users -> users.add(new ApiAccounts.User(name, role, hash)));
        });
  }

  private boolean isTaken(ApiAccounts all, String name) {
    return isAdministrator(name) || all.user(name).isPresent() || all.key(name).isPresent();
  }

  private boolean isAdministrator(String name) {
    return conf.current().httpServer().username().equals(name);
  }

  private static void requireRoom(List<?> those) {
    if (those.size() >= ApiAccounts.MAX) {
      throw new AccessException(Problem.ILLEGAL, "There may be " + ApiAccounts.MAX + " of them");
    }
  }

  /**
   * @param role null = as it is
   * @param password null = as it is
   * @throws AccessException where there is no such user, or it is the configuration's
   */
  public void changeUser(String name, @Nullable Role role, @Nullable String password)
      throws IOException {
    requireStored(name);
    String hash = password == null ? null : PasswordHash.make(Passwords.required(password));
    change(all -> replaced(all, name, role, hash));
  }

  private static ApiAccounts replaced(
      ApiAccounts all, String name, @Nullable Role role, @Nullable String hash) {
    ApiAccounts.User before = all.user(name).orElseThrow(() -> unknown(name));
    var after =
        new ApiAccounts.User(
            name, role == null ? before.role() : role, hash == null ? before.password() : hash);
    return all.withUsers(
        users -> users.replaceAll(user -> user.username().equals(name) ? after : user));
  }

  /**
   * Changes a password by whoever knows the old one.
   *
   * @throws AccessException also where the old one is wrong
   */
  public void changePassword(String name, String old, String password) throws IOException {
    requireStored(name);
    String stored = document.read().user(name).orElseThrow(() -> unknown(name)).password();
    if (!PasswordHash.matches(old.getBytes(StandardCharsets.UTF_8), stored)) {
      throw new AccessException(Problem.OLD_PASSWORD, "The old password is another one");
    }
    String hash = PasswordHash.make(Passwords.required(password));
    change(
        all -> {
          boolean isSame =
              all.user(name).filter(user -> user.password().equals(stored)).isPresent();
          if (!isSame) {
            throw new AccessException(Problem.OLD_PASSWORD, "It has been changed meanwhile");
          }
          return replaced(all, name, null, hash);
        });
  }

  /**
   * @throws AccessException where there is no such user, or it is the configuration's
   */
  public void removeUser(String name) throws IOException {
    requireStored(name);
    change(
        all -> {
          ApiAccounts.User gone = all.user(name).orElseThrow(() -> unknown(name));
          return all.withUsers(users -> users.remove(gone));
        });
  }

  private void requireStored(String name) {
    if (isAdministrator(name)) {
      throw new AccessException(
          Problem.ADMINISTRATOR, "The administrator is http_server.username of the configuration");
    }
  }

  private static AccessException unknown(String name) {
    return new AccessException(Problem.UNKNOWN, "There is no " + name);
  }

  // ---- keys

  /**
   * Makes a key.
   *
   * @param until seconds since 1970, null = for good
   */
  public NewKey addKey(String name, Role role, String by, @Nullable Long until) throws IOException {
    long now = clock.instant().getEpochSecond();
    if (until != null && until <= now) {
      throw new AccessException(Problem.ILLEGAL, "The field until is in the past");
    }
    String secret = random(SECRET_BYTES);
    var key =
        new ApiAccounts.Key(
            "key-" + random(ID_BYTES), name, role, hashOfSecret(secret), by, now, until);
    change(
        all -> {
          requireRoom(all.keys());
          return all.withKeys(keys -> keys.add(key));
        });
    return new NewKey(key, secret);
  }

  private String random(int bytes) {
    byte[] drawn = new byte[bytes];
    random.nextBytes(drawn);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(drawn);
  }

  /** Of 256 random bits, which need no slow hash. */
  public static String hashOfSecret(String secret) {
    return HashedDocument.hash(secret.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @throws AccessException where there is no such key
   */
  public void removeKey(String id) throws IOException {
    change(
        all -> {
          ApiAccounts.Key gone = all.key(id).orElseThrow(() -> unknown(id));
          return all.withKeys(keys -> keys.remove(gone));
        });
  }
}
