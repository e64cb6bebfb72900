package io.nanomq.config;

import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.Effect;
import io.nanomq.config.setting.ConfOrigin;

/**
 * One setting that differs between two configurations.
 *
 * @param path the setting
 * @param key its row in the table
 * @param before the value in use before, as text; secrets masked; empty where there was none
 * @param after the value in use after
 * @param origin where the new value was written
 */
public record ConfChange(String path, ConfKey key, String before, String after, ConfOrigin origin) {

  /** What it takes for the change to apply. */
  public Effect effect() {
    return key.effect();
  }

  @Override
  public String toString() {
    return path + ": " + before + " -> " + after + " (" + effect() + ")";
  }
}
