package io.nanomq.config;

/** Where a value came from; later ones win. */
public enum Layer {
  DEFAULT,
  FILE,
  ENVIRONMENT,
  COMMAND_LINE
}
