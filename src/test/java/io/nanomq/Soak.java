package io.nanomq;

/**
 * How much of what is tried at random or in great number: as little as shows the thing, and {@code
 * -Dnanomq.soak=5} times that in CI.
 */
public final class Soak {
  private static final int FACTOR = Integer.getInteger("nanomq.soak", 1);

  private Soak() {}

  public static int times(int least) {
    return least * FACTOR;
  }
}
