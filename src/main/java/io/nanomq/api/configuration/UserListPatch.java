package io.nanomq.api.configuration;

import io.nanomq.config.LoadedConf;
import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.model.AuthBinder;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The users of a {@code POST /configuration/auth}: the list is what is to be, so that who is not in
 * it goes. A password that is {@link ConfView#MASK} stays as it is.
 */
final class UserListPatch {
  private static final String NAMED = "auth.password.<name>";
  private static final String LOGIN = "auth.<n>.login";
  private static final String PASSWORD = "auth.<n>.password";

  private final LoadedConf stored;
  private final ConfValues values;
  private final List<ConfEdit> edits;
  private final List<ConfProblem> problems;

  UserListPatch(LoadedConf stored, List<ConfEdit> edits, List<ConfProblem> problems) {
    this.stored = stored;
    this.values = stored.values();
    this.edits = edits;
    this.problems = problems;
  }

  void read(Object given) {
    if (!(given instanceof List<?> list)) {
      problem("data.auth", "", "is not a list", "[{\"login\": ..., \"password\": ...}]");
      return;
    }
    Map<String, String> wanted = new LinkedHashMap<>();
    for (int i = 0; i < list.size(); i++) {
      user("data.auth[" + i + "]", list.get(i), wanted);
    }
    Map<String, String> users = stored.conf().auth().users();
    for (String name : users.keySet()) {
      if (!wanted.containsKey(name)) {
        remove(name);
      }
    }
    wanted.forEach(
        (name, password) -> {
          if (!password.equals(ConfView.MASK)) {
            set(name, password);
          } else if (!users.containsKey(name)) {
            problem("data.auth", name, "has no password yet", "a password");
          }
        });
  }

  private void user(String path, @Nullable Object given, Map<String, String> wanted) {
    boolean isUser =
        given instanceof Map<?, ?> map && Set.of("login", "password").equals(map.keySet());
    Map<?, ?> members = isUser && given instanceof Map<?, ?> map ? map : Map.of();
    if (!(members.get("login") instanceof String name)
        || !(members.get("password") instanceof String password)
        || name.isEmpty()
        || password.isEmpty()) {
      problem(path, "", "is not a user", "{\"login\": \"...\", \"password\": \"...\"}");
    } else if (wanted.put(name, password) != null) {
      problem(path, name, "is there twice", "");
    }
  }

  private void remove(String name) {
    if (values.isGiven(NAMED, name)) {
      edits.add(ConfEdit.remove(NAMED, name));
    }
    for (String number : AuthBinder.numbers(values)) {
      if (values.text(LOGIN, number).equals(name)) {
        edits.add(ConfEdit.remove(LOGIN, number));
        edits.add(ConfEdit.remove(PASSWORD, number));
      }
    }
  }

  private void set(String name, String password) {
    int last = 0;
    for (String number : AuthBinder.numbers(values)) {
      if (values.text(LOGIN, number).equals(name)) {
        edits.add(ConfEdit.set(PASSWORD, password, number));
        return;
      }
      last = Math.max(last, Integer.parseInt(number));
    }
    if (stored.isHocon() || values.isGiven(NAMED, name)) {
      edits.add(ConfEdit.set(NAMED, password, name));
      return;
    }
    for (ConfEdit edit : edits) {
      if (edit.key().id().equals(LOGIN)) {
        last = Math.max(last, Integer.parseInt(edit.captures().get(0)));
      }
    }
    String number = String.valueOf(last + 1);
    edits.add(ConfEdit.set(LOGIN, name, number));
    edits.add(ConfEdit.set(PASSWORD, password, number));
  }

  private void problem(String path, String value, String reason, String expected) {
    problems.add(PatchReader.inRequest(path, value, reason, expected));
  }
}
