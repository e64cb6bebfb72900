package io.nanomq.config;

import io.nanomq.config.model.BridgeConf;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Whether one bridge forwards what another one fetches back from the same server: before MQTT 5 a
 * server that is none of ours gives it back for ever. Within one bridge it does not.
 */
final class BridgeLoopCheck {
  private final List<BridgeConf> bridges;
  private final ConfValues values;

  BridgeLoopCheck(List<BridgeConf> bridges, ConfValues values) {
    this.bridges = bridges.stream().filter(BridgeConf::enable).toList();
    this.values = values;
  }

  List<ConfProblem> problems() {
    List<ConfProblem> problems = new ArrayList<>();
    for (BridgeConf from : bridges) {
      for (BridgeConf back : bridges) {
        if (mayGoRound(from, back)) {
          problems.add(problem(from, back));
        }
      }
    }
    return problems;
  }

  private ConfProblem problem(BridgeConf from, BridgeConf back) {
    String reason =
        "is where bridge %s forwards what bridge %s fetches back: it may go round"
            .formatted(from.name(), back.name());
    return ConfProblem.at(
            values.origin("bridges.mqtt.<name>.server", from.name()),
            String.join(", ", from.servers()),
            reason,
            "proto_ver = 5 for both, or one bridge for both directions")
        .asWarning();
  }

  private static boolean mayGoRound(BridgeConf from, BridgeConf back) {
    return from != back
        && Math.min(from.client().protoVer(), back.client().protoVer()) < 5
        && !Collections.disjoint(from.servers(), back.servers())
        && from.forwards().stream()
            .filter(BridgeLoopCheck::keepsTopic)
            .anyMatch(
                out ->
                    back.subscriptions().stream()
                        .filter(BridgeLoopCheck::keepsTopic)
                        .anyMatch(in -> overlap(filter(out), filter(in))));
  }

  private static boolean keepsTopic(BridgeConf.Topic rule) {
    boolean isNamedOnce =
        rule.local().isEmpty() || rule.remote().isEmpty() || rule.local().equals(rule.remote());
    return isNamedOnce && rule.prefix().isEmpty() && rule.suffix().isEmpty();
  }

  private static String filter(BridgeConf.Topic rule) {
    return rule.remote().isEmpty() ? rule.local() : rule.remote();
  }

  /** Whether any topic matches both filters. */
  static boolean overlap(String one, String other) {
    String[] a = one.split("/", -1);
    String[] b = other.split("/", -1);
    for (int i = 0; ; i++) {
      boolean isAllOfOne = i < a.length && a[i].equals("#");
      boolean isAllOfOther = i < b.length && b[i].equals("#");
      if (isAllOfOne || isAllOfOther) {
        // Also of the level above it [MQTT-4.7.1-2].
        return true;
      }
      if (i == a.length || i == b.length) {
        return a.length == b.length;
      }
      if (!a[i].equals("+") && !b[i].equals("+") && !a[i].equals(b[i])) {
        return false;
      }
    }
  }
}
