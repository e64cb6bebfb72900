package io.nanomq.config;

import io.nanomq.config.document.ConfDocument;
import io.nanomq.config.document.DocumentText;
import io.nanomq.config.document.IncludedFile;
import io.nanomq.config.document.KeyValueDocument;
import io.nanomq.config.document.SiblingFile;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import io.nanomq.config.setting.EntryParser;
import io.nanomq.config.setting.KnownReferences;
import io.nanomq.config.setting.RawSetting;
import io.nanomq.config.setting.SecretReferences;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
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
  private final FilesInForce inForce;
  private final @Nullable KnownReferences known;
  private final Map<Path, ConfDocument> documents = new LinkedHashMap<>();
  private boolean isUnreadable;
  private boolean isInConfigMap;

  /** The file that the command line says is of the old format. */
  private @Nullable Path keyValueOnly;

  private ConfLoader(
      String[] arguments,
      Map<String, String> environment,
      Path workingDirectory,
      Map<Path, byte[]> replacements,
      @Nullable LoadedConf previous,
      @Nullable LoadedConf inForce,
      @Nullable KnownReferences known) {
    this.environment = environment;
    this.workingDirectory = workingDirectory;
    this.commandLine = new CommandLine(arguments, problems);
    this.replacements = replacements;
    this.previous = previous;
    this.inForce = new FilesInForce(inForce, environment);
    this.known = known;
  }

  /**
   * What these arguments and this environment say.
   *
   * @param workingDirectory where relative paths start
   * @param replacements other contents of some files, to see whether they would do before they are
   *     written: path, as {@link LoadedConf#documents()} names it, to content
   * @param previous what the same arguments and environment gave before; answered again where
   *     nothing has changed since, and what has not changed of it is not parsed again
   * @param inForce what a broker runs with: a file that this was read from and that is gone, or
   *     empty, is an error; null at a start
   * @param known what documents may refer to that are not stored yet; null = anything
   * @throws ConfException where anything is wrong; its message is the whole report
   */
  public static LoadedConf load(
      String[] arguments,
      Map<String, String> environment,
      Path workingDirectory,
      Map<Path, byte[]> replacements,
      @Nullable LoadedConf previous,
      @Nullable LoadedConf inForce,
      @Nullable KnownReferences known)
      throws ConfException {
    return new ConfLoader(
            arguments, environment, workingDirectory, replacements, previous, inForce, known)
        .load();
  }

  private LoadedConf load() throws ConfException {
    if (commandLine.hasSwitch(CommandLine.HELP)) {
      return helpOnly();
    }
    Path main = mainFile();
    if (main != null) {
      read(main, true);
      siblings(main);
    } else {
      siblings(null);
    }
    if (previous != null && isPrevious(previous)) {
      return previous;
    }
    requireKnown();
    SecretReferences secrets = new SecretReferences(environment, workingDirectory, known);
    EntryParser parser = new EntryParser(secrets, problems);
    for (Map.Entry<Path, ConfDocument> document : documents.entrySet()) {
      List<RawSetting> settings = document.getValue().settings(environment, problems);
      parser.add(settings);
      problems.addAll(inForce.vanished(document.getValue()));
      if (main != null && document.getKey().equals(main)) {
        requireSettings(main, document.getValue(), settings);
      }
    }
    parser.add(EnvironmentSource.settings(environment, problems));
    parser.add(commandLine.settings());
    failOnErrors();
    ConfValues values = new ConfValues(parser.entries());
    NanomqConf conf = NanomqConf.bind(values, isInConfigMap ? null : main);
    problems.addAll(ConfValidator.check(conf, values));
    if (!values.isGiven("auth.allow_anonymous")) {
      documents.values().stream()
          .flatMap(document -> document.includes().stream())
          .filter(include -> include.state() == IncludedFile.State.MISSING)
          .findFirst()
          .ifPresent(include -> problems.add(openWithout(include)));
    }
    failOnErrors();
    return new LoadedConf(
        conf,
        values,
        problems,
        main,
        documents,
        !secrets.readsFiles() && documents.values().stream().noneMatch(ConfDocument::hasIncludes),
        commandLine.hasSwitch(CommandLine.CHECK),
        false);
  }

  /** Before a variable is looked up: nothing that is said after this depends on a new one. */
  private void requireKnown() throws ConfException {
    if (known != null) {
      for (ConfDocument document : documents.values()) {
        known
            .unknown(document.variables())
            .forEach(name -> problems.add(newVariable(document.name(), name)));
      }
      failOnErrors();
      for (ConfDocument document : documents.values()) {
        problems.addAll(known.moved(document.references(problems), document.variables()));
      }
      failOnErrors();
    }
  }

  private static ConfProblem newVariable(String document, String name) {
    return ConfProblem.in(
        document, "${" + name + "} " + KnownReferences.NEW, KnownReferences.STORED);
  }

  /** Who asks for help gets it whatever the documents say. */
  private LoadedConf helpOnly() throws ConfException {
    failOnErrors();
    return new LoadedConf(
        NanomqConf.defaults(), ConfValues.NONE, problems, null, Map.of(), true, false, true);
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
      throw new ConfException(problems, isUnreadable);
    }
  }

  /** Null where there is none. */
  private @Nullable Path mainFile() {
    StoreChoice choice = StoreChoice.of(commandLine, environment, problems);
    isInConfigMap = choice.isConfigMap();
    if (isInConfigMap) {
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
    return exists(usual) ? usual : null;
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
        read(named, false);
      } else if (main != null) {
        beside(main, main.resolveSibling(sibling.fileName()));
      }
    }
  }

  private void beside(Path main, Path sibling) {
    if (isKeyValue(main)) {
      if (exists(sibling)) {
        read(sibling, false);
      } else if (inForce.has(sibling)) {
        problems.add(FilesInForce.gone(sibling));
      }
    } else if (documents.containsKey(main) && inForce.has(sibling)) {
      String reason = "was read before and is not any more: " + main + " is HOCON now";
      problems.add(ConfProblem.in(sibling.toString(), reason, "an include of it").asWarning());
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

  /** True as well for a link to nowhere, and where looking is forbidden: reading tells. */
  private boolean exists(Path path) {
    return replacements.containsKey(path) || !Files.notExists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private void read(Path path, boolean isMain) {
    if (documents.containsKey(path)) {
      return;
    }
    try {
      byte[] bytes = replacements.get(path);
      ConfDocument document = parsed(path, bytes == null ? readAll(path) : bytes);
      documents.put(path, document);
      requireContent(path, document, isMain);
      isUnreadable |=
          document.includes().stream().anyMatch(i -> i.state() == IncludedFile.State.UNREADABLE);
    } catch (NoSuchFileException e) {
      problems.add(inForce.has(path) ? FilesInForce.gone(path) : unreadable(path, e));
    } catch (IOException e) {
      isUnreadable = true;
      problems.add(unreadable(path, e));
    } catch (ConfException e) {
      problems.addAll(e.problems());
    }
  }

  /** An include outside of the sections that say who gets in may have been the one that said it. */
  private static ConfProblem openWithout(IncludedFile include) {
    String reason =
        "anonymous clients get in: nothing that was read says auth.allow_anonymous, and "
            + include.path()
            + " is not there";
    String expected = "the file, or auth.allow_anonymous in the document itself";
    return ConfProblem.in(include.source(), reason, expected).asWarning();
  }

  private static ConfProblem unreadable(Path path, IOException why) {
    return ConfProblem.in(path.toString(), "cannot be read (" + why + ")", "a readable file");
  }

  /**
   * A text that got lost must not open the broker to the defaults. NanoMQ's further files come with
   * comments only, so that these are an error only where they have said something before.
   */
  private void requireContent(Path path, ConfDocument document, boolean isMain) {
    if (!document.isEmpty()) {
      return;
    }
    if (isMain) {
      problems.add(open(path, "is empty, or holds comments only"));
    } else if (inForce.has(path)) {
      problems.add(FilesInForce.empty(path));
    } else if (document.text().isBlank()) {
      String expected = "settings or comments, or no file";
      problems.add(ConfProblem.in(path.toString(), "is empty", expected));
    }
  }

  /**
   * The same for one that is not empty and says nothing: sections alone, references to what is not
   * set.
   */
  private void requireSettings(Path main, ConfDocument document, List<RawSetting> settings) {
    if (document.isEmpty() || !settings.stream().allMatch(RawSetting::isSection)) {
      return;
    }
    if (inForce.has(main)) {
      problems.add(FilesInForce.empty(main));
    } else if (problems.stream().noneMatch(ConfProblem::isError)) {
      problems.add(open(main, "holds no setting, be it in sections"));
    }
  }

  private static ConfProblem open(Path main, String why) {
    String reason = why + ", which would open the broker to everybody";
    return ConfProblem.in(main.toString(), reason, "at least one setting");
  }

  private ConfDocument parsed(Path path, byte[] bytes) throws ConfException {
    String text = DocumentText.decode(path.toString(), bytes);
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
      return in.readNBytes(DocumentText.MAX_BYTES + 1);
    }
  }
}
