package io.nanomq.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** Settings to {@link AuthConf}. */
final class AuthBinder {
  private AuthBinder() {}

  static AuthConf bind(ConfValues values) {
    AuthConf defaults = AuthConf.defaults();
    return new AuthConf(
        values.bool("auth.allow_anonymous"),
        users(values),
        values.text("auth.no_match").equals("allow"),
        values.text("auth.deny_action").equals("disconnect"),
        defaults.rules(),
        defaults.http());
  }

  /** HOCON's password section, then key=value's numbered pairs. */
  private static Map<String, String> users(ConfValues values) {
    Map<String, String> users = new LinkedHashMap<>();
    for (String name : values.names("auth.password.")) {
      users.put(name, values.text("auth.password.<name>", name));
    }
    for (String number : values.names("auth.")) {
      if (number.chars().allMatch(Character::isDigit)) {
        String login = values.text("auth.<n>.login", number);
        if (!login.isEmpty()) {
          users.put(login, values.text("auth.<n>.password", number));
        }
      }
    }
    return users;
  }
}
