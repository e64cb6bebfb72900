package io.nanomq.api.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.nanomq.api.LiveConf;
import io.nanomq.api.route.ApiRoutes;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Backups of the broker that tests run with, which keeps what is acknowledged on disk. */
@QuarkusTest
class ApiBackupTest {
  private static final String PATH = ApiRoutes.ROOT + "/backup";

  @Inject LiveConf live;

  @Test
  void isMadeListedAndRemoved() {
    var made = live.admin().post(PATH).then().statusCode(200).body("code", equalTo(0));
    String name = made.extract().path("data.name");
    assertThat(name).matches("backup-\\d{8}-\\d{6}-\\d{3}");
    assertThat(made.extract().<Integer>path("data.bytes")).isPositive();
    var folder = live.folder().resolve("data/nanomq-backups").resolve(name);
    assertThat(Files.exists(folder.resolve("conf/nanomq.conf"))).isTrue();

    live.admin().get(PATH).then().statusCode(200).body("data.name", hasItem(name));
    live.admin().delete(PATH + "/" + name).then().statusCode(200).body("code", equalTo(0));
    live.admin().get(PATH).then().statusCode(200).body("data.name", not(hasItem(name)));
    assertThat(folder).doesNotExist();
  }

  @Test
  void namesLeadNowhereElse() {
    for (String name : new String[] {"nosuch", "..%2fnanomq", "backup-x"}) {
      live.admin()
          .urlEncodingEnabled(false)
          .delete(PATH + "/" + name)
          .then()
          .statusCode(400)
          .body("code", equalTo(108))
          .body("message", containsString("There is no backup"));
    }
    live.admin().urlEncodingEnabled(false).delete(PATH + "/%2e%2e").then().statusCode(404);
  }
}
