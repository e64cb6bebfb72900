package io.nanomq.config;

import io.nanomq.config.key.ListElement;
import io.nanomq.config.model.MqttConf.Preset;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Sessions that are there before their clients: each with a client of its own and its filters. */
final class PresetCheck {
  private static final String PRESET = "preset.session.<n>.";

  private final ConfValues values;
  private final List<ConfProblem> problems = new ArrayList<>();

  PresetCheck(ConfValues values) {
    this.values = values;
  }

  List<ConfProblem> problems() {
    Set<String> clients = new HashSet<>();
    for (String number : values.names("preset.session.")) {
      String client = values.text(PRESET + "clientid", number);
      if (client.isEmpty()) {
        error("clientid", "needs a client", "a client identifier", number);
      } else if (!clients.add(client)) {
        error("clientid", "has a preset already", "one preset for each client", number);
      } else if (clients.size() == Preset.MOST + 1) {
        error("clientid", "is one too many", Preset.MOST + " at most", number);
      }
      for (String topic : values.names("preset.session." + number + ".topic.")) {
        String filter = values.text(PRESET + "topic.<n>.remote_topic", number, topic);
        if (!ListElement.isFilter(filter)) {
          error(
              "topic.<n>.remote_topic",
              "is no topic filter",
              "a filter such as a/#",
              number,
              topic);
        }
      }
    }
    return problems;
  }

  private void error(String name, String reason, String expected, String... captures) {
    problems.add(ConfValidator.at(values, PRESET + name, reason, expected, captures));
  }
}
