package io.nanomq.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nanomq.config.document.ConfDocument;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.config.model.ListenerTerms;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import io.nanomq.config.setting.EntryParser;
import io.nanomq.config.setting.SecretReferences;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Loads configurations that tests write down as texts. */
public final class Confs {
  private Confs() {}

  /** A document of whichever format its content has; none at all where that is empty. */
  public static LoadedConf load(String text, String... arguments) throws ConfException {
    return load(text, Map.of(), arguments);
  }

  public static LoadedConf load(String text, Map<String, String> environment, String... arguments)
      throws ConfException {
    Path folder = Path.of("/nowhere");
    Map<Path, byte[]> files = new HashMap<>();
    if (!text.isEmpty()) {
      files.put(folder.resolve(ConfLoader.DEFAULT_FILE), text.getBytes(StandardCharsets.UTF_8));
    }
    return load(arguments, environment, folder, files, null);
  }

  /** What a new process would read in a folder. */
  public static LoadedConf load(
      String[] arguments, Map<String, String> environment, Path workingDirectory)
      throws ConfException {
    return load(arguments, environment, workingDirectory, Map.of(), null);
  }

  /** The same with other contents for some files, and what was there before. */
  public static LoadedConf load(
      String[] arguments,
      Map<String, String> environment,
      Path workingDirectory,
      Map<Path, byte[]> replacements,
      LoadedConf previous)
      throws ConfException {
    return ConfLoader.load(
        arguments, environment, workingDirectory, replacements, previous, null, null);
  }

  /** A listener without TLS. */
  public static ListenerConf listener(
      String name, Transport transport, String host, int port, String path) {
    return listener(name, transport, host, port, path, TlsConf.NONE);
  }

  /** A listener for the web pages of all origins, on no terms of its own. */
  public static ListenerConf listener(
      String name, Transport transport, String host, int port, String path, TlsConf tls) {
    return new ListenerConf(name, transport, host, port, path, tls, List.of(), ListenerTerms.NONE);
  }

  /** What a text says, whether or not it may be used as a whole. */
  public static LoadedConf unchecked(String text, Map<String, String> environment)
      throws ConfException {
    Path file = Path.of("/nowhere").resolve(ConfLoader.DEFAULT_FILE);
    ConfDocument document = ConfText.parse(file.toString(), text);
    List<ConfProblem> problems = new ArrayList<>();
    EntryParser parser = new EntryParser(new SecretReferences(environment, file), problems);
    parser.add(document.settings(environment, problems));
    parser.add(EnvironmentSource.settings(environment, problems));
    if (!problems.isEmpty()) {
      throw new ConfException(problems);
    }
    ConfValues values = new ConfValues(parser.entries());
    return new LoadedConf(
        NanomqConf.bind(values, file),
        values,
        List.of(),
        file,
        Map.of(file, document),
        true,
        false,
        false);
  }

  public static NanomqConf conf(String text, String... arguments) throws ConfException {
    return load(text, arguments).conf();
  }

  /** The problems of a text that must not load. */
  static List<ConfProblem> problems(String text, String... arguments) {
    return problems(text, Map.of(), arguments);
  }

  static List<ConfProblem> problems(
      String text, Map<String, String> environment, String... arguments) {
    return catchThrowableOfType(ConfException.class, () -> load(text, environment, arguments))
        .problems();
  }

  public static List<String> reports(String text, String... arguments) {
    return problems(text, arguments).stream()
        .filter(ConfProblem::isError)
        .map(problem -> problem.toString().replace("/nowhere/etc/", ""))
        .toList();
  }

  public static String resource(String name) throws IOException {
    try (var in = Confs.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  public static Path write(Path folder, String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
