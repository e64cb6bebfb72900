package io.nanomq.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.SystemConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code etc/} ships: the defaults, written out, and examples beside them. */
class ShippedConfTest {
  private static final Path SHIPPED = Path.of("etc");

  /** A key that is commented out; a blank behind the # makes it prose. */
  private static final Pattern EXAMPLE = Pattern.compile("(?m)^( *)#(?=[a-z])");

  @TempDir Path folder;

  @BeforeEach
  void ship() throws IOException {
    Files.createDirectory(folder.resolve("etc"));
    for (String name : new String[] {"nanomq.conf", "nanomq_pwd.conf", "nanomq_acl.conf"}) {
      Files.copy(SHIPPED.resolve(name), folder.resolve("etc").resolve(name));
    }
  }

  private LoadedConf load() throws ConfException {
    return Confs.load(new String[0], Map.of(), folder);
  }

  private void edit(String from, String to) throws IOException {
    Path document = folder.resolve(ConfLoader.DEFAULT_FILE);
    String text = Files.readString(document);
    assertThat(text).contains(from);
    Files.writeString(document, text.replace(from, to));
  }

  @Test
  void saysWhatHoldsWithoutIt() throws Exception {
    LoadedConf shipped = load();
    assertThat(shipped.source()).isEqualTo(folder.resolve(ConfLoader.DEFAULT_FILE));
    LoadedConf none = Confs.load(new String[0], Map.of(), folder.resolve("etc"));
    assertThat(none.source()).isNull();
    assertThat(shipped.warnings())
        .extracting(ConfProblem::reason)
        .isEqualTo(none.warnings().stream().map(ConfProblem::reason).toList());
    assertThat(none.conf()).isEqualTo(NanomqConf.defaults());
    assertThat(shipped.conf())
        .usingRecursiveComparison()
        .ignoringFields("system.persistence")
        .isEqualTo(none.conf());
    // It is a file, and so has a folder beside it.
    assertThat(shipped.conf().system().persistence())
        .isEqualTo(
            new SystemConf.Persistence(
                SystemConf.Persistence.Durability.FSYNC,
                false,
                folder.resolve("etc/data/nanomq").toString(),
                0,
                1000));
  }

  @Test
  void everyKeyInItIsInEffect() throws Exception {
    assertThat(load().values().given().values())
        .hasSizeGreaterThan(50)
        .allSatisfy(entry -> assertThat(entry.key().inEffect()).as(entry.path()).isTrue());
  }

  /** Whoever takes the # away gets what the example says, and no unknown key. */
  @Test
  void itsExamplesAreKeysInEffectToo() throws Exception {
    int before = load().values().given().size();
    Path document = folder.resolve(ConfLoader.DEFAULT_FILE);
    String text = Files.readString(document);
    long examples = EXAMPLE.matcher(text).results().count();
    Files.writeString(document, EXAMPLE.matcher(text).replaceAll("$1"));

    assertThat(load().values().given().values())
        .hasSizeGreaterThanOrEqualTo((int) (before + examples))
        .allSatisfy(entry -> assertThat(entry.key().inEffect()).as(entry.path()).isTrue());
  }

  @Test
  void itsUsersAreReadWhereItIncludesThem() throws Exception {
    edit("#password =", "password =");
    assertThat(load().conf().auth().users()).containsOnlyKeys("sensor", "dashboard");
  }

  @Test
  void itsRulesAreReadWhereItIncludesThem() throws Exception {
    edit("# acl = { include \"nanomq_acl.conf\" }", "acl = { include \"nanomq_acl.conf\" } #");
    assertThat(load().conf().auth().acl().rules())
        .isNotEmpty()
        .allMatch(rule -> rule.source().endsWith("nanomq_acl.conf") && rule.line() > 0);
  }
}
