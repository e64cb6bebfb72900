package io.nanomq.config.setting;

import io.nanomq.config.key.ConfKey;

/**
 * One value that a source gives to one setting.
 *
 * @param key row of the table
 * @param path the setting: the row's id with its placeholders filled in
 * @param value {@link Boolean}, {@link Long}, {@link Double}, {@link String} or a list of strings
 * @param raw the value as it was written, secrets not resolved
 * @param origin where it was written
 */
public record ConfEntry(ConfKey key, String path, Object value, String raw, ConfOrigin origin) {
  /** Whether it came from a variable or a file that only its text names. */
  public boolean isReference() {
    return SecretReferences.isIn(raw);
  }

  @Override
  public String toString() {
    return path + " = " + ConfProblem.shown(key, raw) + " (" + origin.where() + ")";
  }
}
