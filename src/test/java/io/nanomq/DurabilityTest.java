package io.nanomq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.Confs;
import io.nanomq.config.model.SystemConf.Persistence;
import io.nanomq.config.model.SystemConf.Persistence.Durability;
import io.nanomq.persistence.MemorySessionStore;
import io.nanomq.persistence.SessionStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurabilityTest {
  @TempDir Path folder;

  private Persistence fsync(Path where) {
    return new Persistence(Durability.FSYNC, where.toString(), 16L << 20, 1000);
  }

  @Test
  void nothingIsOpenedWhereNothingLasts() {
    var conf = new Persistence(Durability.NONE, folder.toString(), 0, 1000);
    assertThat(io.nanomq.Durability.open(conf)).isInstanceOf(MemorySessionStore.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderIsOfOneBroker() {
    try (SessionStores first = io.nanomq.Durability.open(fsync(folder))) {
      assertThat(first).isNotNull();
      assertThatThrownBy(() -> io.nanomq.Durability.open(fsync(folder)))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("in use by another broker");
    }
    io.nanomq.Durability.open(fsync(folder)).close();
  }

  @Test
  void aFolderThatCannotBeOneIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> io.nanomq.Durability.open(fsync(file)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("persistence.dir " + file);
  }

  @Test
  void aFolderOfAnotherFormatIsLeftAlone() throws IOException {
    io.nanomq.Durability.open(fsync(folder)).close();
    Files.writeString(folder.resolve("FORMAT"), "2\n");
    assertThatThrownBy(() -> io.nanomq.Durability.open(fsync(folder)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("format 2")
        .hasMessageContaining("use the version that wrote it");
    Files.writeString(folder.resolve("FORMAT"), "1\n");
    io.nanomq.Durability.open(fsync(folder)).close();
  }

  @Test
  void keysSayWhatIsKeptWhere() throws Exception {
    String document =
        """
        persistence {
          durability = async
          dir = "/var/lib/x"
          max_bytes = 77MB
          sync_interval = 70ms
        }
        """;
    assertThat(Confs.conf(document).system().persistence())
        .isEqualTo(new Persistence(Durability.ASYNC, "/var/lib/x", 77L << 20, 70));
  }

  @Test
  void keysOfNanomqCountWhereOursDoNot() throws Exception {
    String former = "msg_persistence=sqlite\nsqlite.mounted_file_path=/var/lib/x\n";
    assertThat(Confs.conf(former).system().persistence())
        .isEqualTo(new Persistence(Durability.ASYNC, "/var/lib/x", 0, 1000));
    assertThat(Confs.conf(former + "persistence.durability=fsync\npersistence.dir=/d\n"))
        .satisfies(
            conf ->
                assertThat(conf.system().persistence())
                    .isEqualTo(new Persistence(Durability.FSYNC, "/d", 0, 1000)));
    assertThat(Confs.conf(former + "sqlite.enable=false\n").system().persistence().durability())
        .isEqualTo(Durability.NONE);
  }
}
