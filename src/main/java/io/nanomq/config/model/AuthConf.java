package io.nanomq.config.model;

import java.util.HashMap;
import java.util.Map;

/**
 * Who may connect and who may do what.
 *
 * @param allowAnonymous whether clients without credentials are let in
 * @param users user name to password or its hash
 * @param acl who may publish and subscribe what
 * @param http the web server that is asked
 * @param chain in which order they are asked for, by listener
 */
public record AuthConf(
    boolean allowAnonymous,
    Map<String, String> users,
    AclConf acl,
    HttpAuthConf http,
    ChainConf chain) {

  public AuthConf {
    users = Map.copyOf(users);
  }

  /** The same with more users; of two of one name ours stays. */
  public AuthConf withMore(Map<String, String> stored) {
    if (stored.isEmpty()) {
      return this;
    }
    Map<String, String> all = new HashMap<>(stored);
    all.putAll(users);
    return new AuthConf(allowAnonymous, all, acl, http, chain);
  }

  /** Without the passwords, since records end up in logs. */
  @Override
  public String toString() {
    return "AuthConf[anonymous "
        + allowAnonymous
        + ", users "
        + users.keySet()
        + ", rules "
        + acl.rules().size()
        + "]";
  }
}
