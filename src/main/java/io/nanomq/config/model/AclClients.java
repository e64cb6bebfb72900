package io.nanomq.config.model;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which clients an access rule is about: a tree of what they are known by. */
public sealed interface AclClients {
  /** Every client there is. */
  AclClients EVERYBODY = new All(List.of());

  /** Who they are, in few words. */
  String text();

  /** What a client is known by. */
  enum Field {
    USERNAME,
    CLIENTID,
    IPADDR
  }

  /** Clients that are known by this value. */
  record Is(Field field, String value) implements AclClients {
    @Override
    public String text() {
      return field.name().toLowerCase(Locale.ROOT) + " " + value;
    }
  }

  /** Clients that everything here is true of ({@code and}); of nothing: every client. */
  record All(List<AclClients> of) implements AclClients {
    public All {
      of = List.copyOf(of);
    }

    @Override
    public String text() {
      return of.isEmpty() ? "everybody" : joined(of, " and ");
    }
  }

  /** Clients that something here is true of ({@code or}). */
  record AnyOf(List<AclClients> of) implements AclClients {
    public AnyOf {
      of = List.copyOf(of);
    }

    @Override
    public String text() {
      return joined(of, " or ");
    }
  }

  private static String joined(List<AclClients> of, String word) {
    return of.stream().map(AclClients::text).collect(Collectors.joining(word, "(", ")"));
  }
}
