package io.nanomq.config.document.hocon;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.document.HashedDocument;
import io.nanomq.config.document.IncludedFile;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.RawSetting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/** The format of NanoMQ 0.14 and later, with {@code include} of files. */
public final class HoconDocument extends HashedDocument {
  private static final Logger LOG = Logger.getLogger(HoconDocument.class);

  private final Config config;
  private final HoconIncluder includer;
  private final HoconBounds bounds;
  private final Set<String> variables;

  private HoconDocument(
      String name,
      String text,
      Config config,
      HoconIncluder includer,
      HoconBounds bounds,
      Set<String> variables) {
    super(name, text);
    this.config = config;
    this.includer = includer;
    this.bounds = bounds;
    this.variables = variables;
  }

  /**
   * @param name name for messages; where it is a path, included files are looked for beside it
   * @throws ConfException where the text is not HOCON, or more than {@link HoconBounds} allows
   */
  public static HoconDocument parse(String name, String text) throws ConfException {
    HoconBounds bounds = new HoconBounds();
    List<HoconScan.Include> places = bounds.check(name, text);
    Set<String> variables = bounds.growth().names();
    HoconIncluder includer =
        new HoconIncluder(name, HoconFolder.of(name).folder(), text, bounds, places);
    try {
      Config config = ConfigFactory.parseString(text, options(name, includer));
      variables.removeAll(config.root().keySet());
      return new HoconDocument(name, text, config, includer, bounds, Set.copyOf(variables));
    } catch (ConfigException e) {
      throw new ConfException(HoconProblems.of(name, e));
    } catch (StackOverflowError e) {
      throw new ConfException(tooDeep(name));
    }
  }

  /** The library recurses, and that must not end the process. */
  private static ConfProblem tooDeep(String name) {
    return ConfProblem.in(name, "nests too deep", "sections a few levels deep");
  }

  static ConfigParseOptions options(String name, ConfigIncluder includer) {
    return ConfigParseOptions.defaults()
        .setSyntax(ConfigSyntax.CONF)
        .setOriginDescription(name)
        .setIncluder(includer);
  }

  /** Not resolved: substitutions are still there. */
  Config config() {
    return config;
  }

  @Override
  public Syntax syntax() {
    return Syntax.HOCON;
  }

  @Override
  public boolean isEmpty() {
    return config.root().isEmpty();
  }

  @Override
  public Set<String> variables() {
    return variables;
  }

  /**
   * Whether there is no setting in it, be it in sections: those by themselves set nothing.
   *
   * @param isVain what a reference counts for that is not looked up yet
   */
  static boolean saysNothing(ConfigValue value, boolean isVain) {
    try {
      return value.valueType() == ConfigValueType.NULL
          || value instanceof ConfigObject object
              && object.values().stream().allMatch(member -> saysNothing(member, isVain));
    } catch (ConfigException.NotResolved e) {
      return isVain;
    }
  }

  @Override
  public boolean hasIncludes() {
    return includer.isUsed();
  }

  @Override
  public List<IncludedFile> includes() {
    return includer.files();
  }

  @Override
  public List<IncludedFile> includes(Map<String, String> environment) {
    List<IncludedFile> emptied = emptied(environment);
    return includes().stream()
        .map(file -> emptied.stream().filter(file::isAt).findFirst().orElse(file))
        .toList();
  }

  /** Included files of nothing but references that lead to nothing. */
  private List<IncludedFile> emptied(Map<String, String> environment) {
    if (includer.references().isEmpty()) {
      return List.of();
    }
    try {
      bounds.checkResolved(name(), environment);
      return includer.references().emptied(withVariables(config, environment));
    } catch (ConfException | ConfigException | StackOverflowError e) {
      return List.of(); // settings() says what is wrong
    }
  }

  private static ConfProblem vain(IncludedFile file) {
    String reason =
        "includes "
            + file.path()
            + ", which only refers to what is not set, and who gets in may depend on it";
    return ConfProblem.in(file.source(), file.line(), reason);
  }

  @Override
  public List<RawSetting> settings(Map<String, String> environment, List<ConfProblem> problems) {
    problems.addAll(includer.problems());
    try {
      bounds.checkResolved(name(), environment);
      ConfigObject resolved = resolved(config, environment);
      HoconReader reader = new HoconReader(includer, places(), shown(), problems);
      reader.read(resolved);
      gaps(resolved, reader);
      emptied(environment).stream()
          .filter(IncludedFile::isError)
          .forEach(file -> problems.add(vain(file)));
      return reader.settings();
    } catch (ConfigException e) {
      problems.add(unresolved(e, environment));
    } catch (ConfException e) {
      problems.addAll(e.problems());
    } catch (StackOverflowError e) {
      problems.add(tooDeep(name()));
    }
    return List.of();
  }

  /** What comes to nothing where it says who gets in. */
  private void gaps(ConfigObject resolved, HoconReader reader) {
    ConfigObject whole = resolved;
    if (!isWhole()) {
      try {
        whole = references();
      } catch (ConfigException | ConfException e) {
        LOG.debugf(e, "%s is not what it seems with something in place of each variable", name());
      }
    }
    new HoconGaps(reader).find(whole, resolved);
  }

  @Override
  public List<RawSetting> references(List<ConfProblem> problems) {
    if (!mayRefer() && !includer.isUsed()) {
      return List.of();
    }
    HoconReader reader = new HoconReader(includer, places(), HoconShown.whole(), problems);
    try {
      reader.read(references());
    } catch (ConfigException e) {
      problems.add(HoconProblems.of(name(), e));
    } catch (ConfException e) {
      problems.addAll(e.problems());
    } catch (StackOverflowError e) {
      problems.add(tooDeep(name()));
    }
    return reader.settings();
  }

  private HoconPlaces places() {
    return new HoconPlaces(name(), bounds.growth(), config.root());
  }

  private HoconShown shown() {
    if (isWhole()) {
      return HoconShown.whole();
    }
    try {
      return HoconShown.of(references());
    } catch (ConfigException | ConfException e) {
      return HoconShown.of(null);
    }
  }

  private boolean isWhole() {
    return !bounds.substitutes() && !includer.isUsed();
  }

  /**
   * The document with references in place of variables, be they set or not, and of what is not to
   * be shown.
   */
  private ConfigObject references() throws ConfException {
    // With those of included files.
    Map<String, String> variables = HoconShown.references(bounds.growth().names());
    bounds.checkResolved(name(), variables);
    return references(variables);
  }

  private ConfigObject references(Map<String, String> variables) {
    var again = new ReferenceIncluder(includer, HoconFolder.of(name()));
    Config own =
        includer.isUsed() ? ConfigFactory.parseString(text(), options(name(), again)) : config;
    return resolved(own, variables);
  }

  /** What the library says of the document without what variables and other files put in. */
  private ConfProblem unresolved(ConfigException e, Map<String, String> environment) {
    if (isWhole()) {
      return HoconProblems.of(places(), e);
    }
    try {
      references(HoconShown.references(environment.keySet()));
    } catch (ConfigException own) {
      return HoconProblems.of(places(), own);
    }
    return HoconProblems.ofIncluded(places(), e);
  }

  /**
   * The variables have to be part of what is resolved: the library refuses values that refer to
   * earlier ones of themselves where it looks them up elsewhere.
   */
  private static Config withVariables(Config config, Map<String, String> environment) {
    Set<String> own = config.root().keySet();
    Map<String, String> variables = new HashMap<>();
    environment.forEach(
        (key, value) -> {
          if (!own.contains(key)) {
            variables.put(key, value);
          }
        });
    Config whole = config.withFallback(HoconPlaces.variables(variables));
    ConfigResolveOptions options = ConfigResolveOptions.defaults().setUseSystemEnvironment(false);
    return whole.resolve(options);
  }

  private static ConfigObject resolved(Config config, Map<String, String> environment) {
    Set<String> own = config.root().keySet();
    ConfigObject resolved = withVariables(config, environment).root();
    for (String variable : environment.keySet()) {
      resolved = own.contains(variable) ? resolved : resolved.withoutKey(variable);
    }
    return resolved;
  }

  @Override
  public HoconDocument with(List<ConfEdit> edits) throws ConfException {
    return parse(name(), HoconEditor.apply(this, edits));
  }

  /** The parser adds ": line" to the name that we gave. */
  static String source(ConfigOrigin origin) {
    return origin.description().replaceFirst(": \\d+(-\\d+)?$", "");
  }
}
