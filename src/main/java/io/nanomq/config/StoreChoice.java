package io.nanomq.config;

import io.nanomq.config.key.KeyTable;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.RawSetting;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the main document is kept: a file, or a ConfigMap of Kubernetes. The environment and the
 * command line say so, since nobody can read a document to learn where it is.
 *
 * @param configMap name of the ConfigMap; empty where the document is a file
 * @param namespace its namespace; empty = that of the pod
 * @param secret name of the Secret, in the same namespace, that keeps what the API gets of keys and
 *     certificates; empty = none does
 * @param secretPath folder where that Secret is mounted
 */
public record StoreChoice(String configMap, String namespace, String secret, Path secretPath) {
  /** Key of the ConfigMap that has the document. */
  public static final String DOCUMENT = "nanomq.conf";

  static final List<String> KEYS =
      List.of(
          "config.store",
          "config.configmap",
          "config.namespace",
          "config.secret",
          "config.secret_path");

  private static final StoreChoice FILE = new StoreChoice("", "", "", Path.of(""));

  /** Kubernetes' rule for names of objects; it also keeps {@link #document} inside its folder. */
  private static final Pattern NAME =
      Pattern.compile(
          "(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");

  /**
   * @throws ConfException where a ConfigMap is chosen and it is not clear which one
   */
  public static StoreChoice of(String[] arguments, Map<String, String> environment)
      throws ConfException {
    CommandLine commandLine = new CommandLine(arguments, new ArrayList<>());
    List<ConfProblem> problems = new ArrayList<>();
    StoreChoice choice = of(commandLine, environment, problems);
    ConfException.throwIfAny(problems);
    return choice;
  }

  static StoreChoice of(
      CommandLine commandLine, Map<String, String> environment, List<ConfProblem> problems) {
    Map<String, String> values = new HashMap<>();
    List<RawSetting> settings = EnvironmentSource.settings(environment, new ArrayList<>());
    settings.addAll(commandLine.settings());
    settings.forEach(setting -> values.put(setting.match().path(), setting.raw().strip()));
    // Any other word than these two is reported by the loader, like every wrong value.
    if (!values.getOrDefault("config.store", "file").equals("configmap")) {
      return FILE;
    }
    String name = values.getOrDefault("config.configmap", "");
    String namespace = values.getOrDefault("config.namespace", "");
    requireName("config.configmap", name, problems);
    if (!namespace.isEmpty()) {
      requireName("config.namespace", namespace, problems);
    }
    String secret = values.getOrDefault("config.secret", "");
    if (!secret.isEmpty()) {
      requireName("config.secret", secret, problems);
    }
    Path secretPath = secretPath(values.get("config.secret_path"), problems);
    requireNoFile(commandLine, environment, problems);
    return problems.isEmpty() ? new StoreChoice(name, namespace, secret, secretPath) : FILE;
  }

  private static Path secretPath(@Nullable String given, List<ConfProblem> problems) {
    String usual = KeyTable.get().byId("config.secret_path").defaultText();
    String text = given == null ? String.valueOf(usual) : given;
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return path.normalize();
      }
    } catch (InvalidPathException e) {
      // Told below, with everything else that is no such path.
    }
    problems.add(problem("config.secret_path", text, "is no absolute path", String.valueOf(usual)));
    return Path.of("");
  }

  private static void requireName(String key, String value, List<ConfProblem> problems) {
    if (!NAME.matcher(value).matches()) {
      String reason = value.isEmpty() ? "is needed by config.store=configmap" : "is no name";
      problems.add(problem(key, value, reason, "a name as Kubernetes has them, such as nanomq"));
    }
  }

  private static ConfProblem problem(String key, String value, String reason, String expected) {
    return ConfProblem.of("environment and command line", key, value, reason, expected);
  }

  private static void requireNoFile(
      CommandLine commandLine, Map<String, String> environment, List<ConfProblem> problems) {
    for (String source : List.of(CommandLine.CONF, CommandLine.OLD_CONF, EnvironmentSource.CONF)) {
      String file = commandLine.file(source);
      if (file != null || !environment.getOrDefault(source, "").isBlank()) {
        problems.add(
            ConfProblem.in(
                source, "names a file, but config.store is configmap", "one of the two alone"));
      }
    }
  }

  public boolean isConfigMap() {
    return !configMap.isEmpty();
  }

  /** What a document in a ConfigMap is called among files, in reports and for includes. */
  public Path document() {
    return Path.of("configmap", configMap, DOCUMENT);
  }
}
