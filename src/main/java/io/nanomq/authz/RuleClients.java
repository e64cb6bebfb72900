package io.nanomq.authz;

import io.nanomq.config.key.value.Network;
import io.nanomq.config.model.AclClients;
import io.nanomq.config.model.AclClients.Field;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Who a rule is about, compiled. NanoMQ's {@code #} stands for everybody. */
final class RuleClients {
  private static final String EVERYBODY = "#";

  private RuleClients() {}

  /** Whether a client is one of these. */
  static Predicate<AccessClient> compile(AclClients clients) {
    if (clients instanceof AclClients.Is is) {
      return compile(is);
    }
    if (clients instanceof AclClients.All all) {
      List<Predicate<AccessClient>> of = all.of().stream().map(RuleClients::compile).toList();
      return client -> of.stream().allMatch(one -> one.test(client));
    }
    List<Predicate<AccessClient>> of =
        ((AclClients.AnyOf) clients).of().stream().map(RuleClients::compile).toList();
    return client -> of.stream().anyMatch(one -> one.test(client));
  }

  private static Predicate<AccessClient> compile(AclClients.Is is) {
    String value = is.value();
    if (value.equals(EVERYBODY)) {
      return client -> true;
    }
    return switch (is.field()) {
      case USERNAME -> client -> value.equals(client.username());
      case CLIENTID -> client -> value.equals(client.clientId());
      case IPADDR -> address(value);
    };
  }

  private static Predicate<AccessClient> address(String text) {
    Optional<Network> network = Network.parse(text);
    // What is no address was refused when the configuration was read; here it is nobody's.
    return client ->
        network.isPresent()
            && client.address() != null
            && network.get().contains(client.addressText());
  }

  /** The value that every client it is about has in that field; null = there is no such value. */
  static @Nullable String required(AclClients clients, Field field) {
    if (clients instanceof AclClients.Is is) {
      return is.field() == field && !is.value().equals(EVERYBODY) ? is.value() : null;
    }
    if (clients instanceof AclClients.All all) {
      for (AclClients one : all.of()) {
        String value = required(one, field);
        if (value != null) {
          return value;
        }
      }
    }
    return null;
  }
}
