package io.nanomq.config.setting;

/** Where a value came from; later ones win. */
public enum Layer {
  DEFAULT,
  FILE,
  ENVIRONMENT,
  COMMAND_LINE
}
