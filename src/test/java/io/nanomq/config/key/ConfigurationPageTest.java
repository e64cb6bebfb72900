package io.nanomq.config.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
  private static final Path PAGE = Path.of("docs", "configuration.md");

  /** {@code mvn test -Dtest=ConfigurationPageTest -Dnanomq.docs.write=true} writes it anew. */
  @Test
  void thePageIsThatOfTheTable() throws Exception {
    if (Boolean.getBoolean("nanomq.docs.write")) {
      ConfigurationPage.main(new String[] {PAGE.toString()});
    }
    assertThat(Files.readString(PAGE))
        .as("docs/configuration.md is stale: run with -Dnanomq.docs.write=true")
        .isEqualTo(ConfigurationPage.render());
  }

  @Test
  void everyKeyIsOnIt() {
    String page = ConfigurationPage.render();
    for (ConfKey key : KeyTable.get().keys()) {
      assertThat(page).contains("`" + key.id() + "`");
      assertThat(key.description()).as(key.id()).endsWith(".");
    }
  }
}
