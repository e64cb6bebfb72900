package io.nanomq.persistence;

/**
 * What a store promises.
 *
 * @param durability {@code none}, {@code async} or {@code fsync}, as the key has it
 * @param folder where it keeps what it promises; empty = nowhere
 * @param problem why it promises less than it should; empty = it is as it was configured
 */
public record StoreStatus(String durability, String folder, String problem) {
  /** Nothing outlives the process, and nobody wants it to. */
  public static final StoreStatus NONE = new StoreStatus("none", "", "");
}
