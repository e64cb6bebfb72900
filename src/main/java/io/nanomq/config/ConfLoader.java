package io.nanomq.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration from where the operator put it: built-in defaults, then files, then {@code
 * NANOMQ_...} variables, then the command line; later ones win.
 *
 * <p>The main file is that of {@code --conf}, {@code --old_conf} or {@code NANOMQ_CONF_PATH}, else
 * {@code etc/nanomq.conf} of the working directory where there is one. Beside a main file in
 * key=value format, NanoMQ's other files are read too. A document in a ConfigMap ({@link
 * StoreChoice}) has to come as a replacement for {@link StoreChoice#document()}.
 */
public final class ConfLoader {
  /** Where the main file is looked for when nobody names one. */
  public static final String DEFAULT_FILE = "etc/nanomq.conf";

  private final Map<String, String> environment;
  private final Path workingDirectory;
  private final List<ConfProblem> problems = new ArrayList<>();
  private final CommandLine commandLine;
  private final Map<Path, byte[]> replacements;
  private final @Nullable LoadedConf previous;
  private final Map<Path, ConfDocument> documents = new LinkedHashMap<>();

  /** The file that the command line says is of the old format. */
  private @Nullable Path keyValueOnly;

  private ConfLoader(
      String[] arguments,
      Map<String, String> environment,
      Path workingDirectory,
      Map<Path, byte[]> replacements,
      @Nullable LoadedConf previous) {
    this.environment = environment;
    this.workingDirectory = workingDirectory;
    this.commandLine = new CommandLine(arguments, problems);
    this.replacements = replacements;
    this.previous = previous;
  }

  /**
   * @param workingDirectory where relative paths start
   * @throws ConfException where anything is wrong; its message is the whole report
   */
  public static LoadedConf load(
      String[] arguments, Map<String, String> environment, Path workingDirectory)
      throws ConfException {
    return load(arguments, environment, workingDirectory, Map.of(), null);
  }

  /**
   * The same with other contents for some files, to see whether they would do before they are
   * written.
   *
   * @param replacements path, as {@link LoadedConf#documents()} names it, to content
   * @param previous what the same arguments and environment gave before; answered again where
   *     nothing has changed since, and what has not changed of it is not parsed again
   */
  public static LoadedConf load(
      String[] arguments,
      Map<String, String> environment,
      Path workingDirectory,
      Map<Path, byte[]> replacements,
      @Nullable LoadedConf previous)
      throws ConfException {
    return new ConfLoader(arguments, environment, workingDirectory, replacements, previous).load();
  }

  private LoadedConf load() throws ConfException {
    Path main = mainFile();
    if (main != null) {
      read(main);
      siblings(main);
    } else {
      siblings(null);
    }
    if (previous != null && isPrevious(previous)) {
      return previous;
    }
    SecretReferences secrets = new SecretReferences(environment, workingDirectory);
    EntryParser parser = new EntryParser(secrets, problems);
    for (ConfDocument document : documents.values()) {
      parser.add(document.settings(environment, problems));
    }
    parser.add(EnvironmentSource.settings(environment, problems));
    parser.add(commandLine.settings());
    failOnErrors();
    ConfValues values = new ConfValues(parser.entries());
    NanomqConf conf = ConfBinder.bind(values);
    problems.addAll(ConfValidator.check(conf, values));
    failOnErrors();
    return new LoadedConf(
        conf,
        values,
        problems,
        main,
        documents,
        !secrets.readsFiles() && documents.values().stream().noneMatch(ConfDocument::hasIncludes),
        commandLine.hasSwitch(CommandLine.CHECK),
        commandLine.hasSwitch(CommandLine.HELP));
  }

  private boolean isPrevious(LoadedConf previous) {
    // The same ones and not just equal: read() takes them over where their texts are.
    return previous.isSelfContained()
        && problems.stream().noneMatch(ConfProblem::isError)
        && previous.documents().size() == documents.size()
        && documents.entrySet().stream()
            .allMatch(e -> previous.documents().get(e.getKey()) == e.getValue());
  }

  private void failOnErrors() throws ConfException {
    if (problems.stream().anyMatch(ConfProblem::isError)) {
      throw new ConfException(problems);
    }
  }

  /** Null where there is none. */
  private @Nullable Path mainFile() {
    StoreChoice choice = StoreChoice.of(commandLine, environment, problems);
    if (choice.isConfigMap()) {
      return choice.document();
    }
    for (String option : List.of(CommandLine.CONF, CommandLine.OLD_CONF)) {
      String file = commandLine.file(option);
      if (file != null) {
        Path path = path(file, option);
        keyValueOnly = option.equals(CommandLine.OLD_CONF) ? path : null;
        return path;
      }
    }
    String variable = environment.get(EnvironmentSource.CONF);
    if (variable != null && !variable.isBlank()) {
      return path(variable.strip(), EnvironmentSource.CONF);
    }
    Path usual = workingDirectory.resolve(DEFAULT_FILE);
    return Files.exists(usual) || replacements.containsKey(usual) ? usual : null;
  }

  private @Nullable Path path(String text, String source) {
    try {
      return workingDirectory.resolve(text).normalize();
    } catch (InvalidPathException e) {
      problems.add(ConfProblem.in(source, "names no possible file (" + text + ")", "a path"));
      return null;
    }
  }

  private void siblings(@Nullable Path main) {
    for (SiblingFile sibling : SiblingFile.values()) {
      Path named = named(sibling);
      if (named != null) {
        read(named);
      } else if (main != null && isKeyValue(main)) {
        Path beside = main.resolveSibling(sibling.fileName());
        if (exists(beside)) {
          read(beside);
        }
      }
    }
  }

  /** Null where neither an option nor a variable names the file. */
  private @Nullable Path named(SiblingFile sibling) {
    String option = commandLine.file(sibling.option());
    if (option != null) {
      return path(option, sibling.option());
    }
    String variable = environment.getOrDefault(sibling.variable(), "").strip();
    return variable.isEmpty() ? null : path(variable, sibling.variable());
  }

  private boolean isKeyValue(Path main) {
    ConfDocument document = documents.get(main);
    return document != null && document.syntax() == Syntax.KEY_VALUE;
  }

  private boolean exists(Path path) {
    return replacements.containsKey(path) || Files.exists(path);
  }

  private void read(Path path) {
    if (documents.containsKey(path)) {
      return;
    }
    try {
      byte[] bytes = replacements.get(path);
      documents.put(path, parsed(path, bytes == null ? readAll(path) : bytes));
    } catch (IOException e) {
      problems.add(
          ConfProblem.in(path.toString(), "cannot be read (" + e + ")", "a readable file"));
    } catch (ConfException e) {
      problems.addAll(e.problems());
    }
  }

  private ConfDocument parsed(Path path, byte[] bytes) throws ConfException {
    String text = ConfText.decode(path.toString(), bytes);
    ConfDocument before = previous == null ? null : previous.documents().get(path);
    if (before != null && before.text().equals(text) && !before.hasIncludes()) {
      return before;
    }
    return path.equals(keyValueOnly)
        ? KeyValueDocument.parse(path.toString(), text)
        : ConfText.parse(path.toString(), text);
  }

  private static byte[] readAll(Path path) throws IOException {
    // One byte more than is allowed, so that a huge file is refused without being read.
    try (var in = Files.newInputStream(path)) {
      return in.readNBytes(ConfText.MAX_BYTES + 1);
    }
  }
}
