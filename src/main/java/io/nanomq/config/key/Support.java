package io.nanomq.config.key;

/** What this version does with a key that a document gives. */
public enum Support {
  /** It does what the key says. */
  IN_EFFECT,

  /** It reads the key, warns and goes on: nothing is open that the document wanted shut. */
  IGNORED,

  /** The same of what this broker is not meant to do: gateways, vehicles, other protocols. */
  FOREIGN,

  /**
   * The key keeps somebody out, and this version does not carry it out: what would let in whom the
   * document keeps out is an error.
   */
  REFUSED
}
