package io.nanomq.control.access;

import io.nanomq.config.store.ConfStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Users in a password file, or in a key of a ConfigMap. */
final class FileUserStore implements UserStore, SideDocument.Form<UserFile> {
  private final SideDocument<UserFile> document;

  FileUserStore(ConfStore store) {
    this.document = new SideDocument<>(store, this, UserFile.EMPTY);
  }

  @Override
  public UserFile read(byte[] bytes) throws IOException {
    return UserFile.parse(new String(bytes, StandardCharsets.UTF_8));
  }

  @Override
  public byte[] write(UserFile file) {
    return file.text().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Map<String, String> read() throws IOException {
    return document.read().users();
  }

  @Override
  public Map<String, String> change(
      String name, Function<Map<String, String>, Optional<String>> change) throws IOException {
    return document
        .change(
            file ->
                change
                    .apply(file.users())
                    .map(hash -> file.with(name, hash))
                    .orElseGet(() -> file.without(name)))
        .users();
  }

  @Override
  public AutoCloseable watch(Consumer<Map<String, String>> listener) {
    return document.watch(file -> listener.accept(file.users()));
  }
}
