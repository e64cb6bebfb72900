package io.nanomq.config.model;

import java.util.List;

/** Which clients an access rule is about: a tree of what they are known by. */
public sealed interface AclClients {
  /** Every client there is. */
  AclClients EVERYBODY = new All(List.of());

  /** What a client is known by. */
  enum Field {
    USERNAME,
    CLIENTID,
    IPADDR
  }

  /** Clients that are known by this value. */
  record Is(Field field, String value) implements AclClients {}

  /** Clients that everything here is true of ({@code and}); of nothing: every client. */
  record All(List<AclClients> of) implements AclClients {
    public All {
      of = List.copyOf(of);
    }
  }

  /** Clients that something here is true of ({@code or}). */
  record AnyOf(List<AclClients> of) implements AclClients {
    public AnyOf {
      of = List.copyOf(of);
    }
  }
}
