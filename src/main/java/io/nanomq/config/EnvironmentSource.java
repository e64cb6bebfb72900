package io.nanomq.config;

import io.nanomq.config.document.SiblingFile;
import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.KeyTable;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.setting.ConfOrigin;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.Layer;
import io.nanomq.config.setting.RawSetting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Settings in {@code NANOMQ_...} environment variables. */
final class EnvironmentSource {
  static final String CONF = "NANOMQ_CONF_PATH";
  private static final Set<String> FILES =
      Stream.concat(Stream.of(CONF), Arrays.stream(SiblingFile.values()).map(SiblingFile::variable))
          .collect(Collectors.toUnmodifiableSet());

  /** What Kubernetes puts into every container beside a Service that is called nanomq. */
  private static final Pattern SERVICE_LINKS =
      Pattern.compile("NANOMQ_([A-Z0-9_]+_)?(SERVICE_(HOST|PORT.*)|PORT_\\d+_(TCP|UDP|SCTP).*)");

  private EnvironmentSource() {}

  static List<RawSetting> settings(Map<String, String> environment, List<ConfProblem> problems) {
    List<RawSetting> settings = new ArrayList<>();
    // Sorted, so that reports do not depend on the order of the environment.
    for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
      String name = variable.getKey();
      boolean isOurs = name.startsWith("NANOMQ_") && !isServiceLink(name, variable.getValue());
      if (!isOurs || FILES.contains(name)) {
        continue;
      }
      Optional<ConfKey> key = KeyTable.get().byEnvironment(name);
      ConfOrigin origin = new ConfOrigin(Layer.ENVIRONMENT, name, 0, 0, "", Syntax.KEY_VALUE);
      if (key.isPresent()) {
        KeyMatch match = new KeyMatch(key.get(), List.of());
        settings.add(RawSetting.of(match, variable.getValue().strip(), origin));
      } else {
        problems.add(
            ConfProblem.in(name, "is not a known variable", KeyTable.get().nearestEnvironment(name))
                .asWarning());
      }
    }
    return settings;
  }

  private static boolean isServiceLink(String name, String value) {
    boolean isPort = name.endsWith("_PORT") && value.matches("(tcp|udp|sctp)://.*");
    return isPort || SERVICE_LINKS.matcher(name).matches();
  }
}
