package io.nanomq;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** A port that nobody has at the moment, for tests that must name one before it is bound. */
public final class FreePort {
  private static final int LOWEST = 10_000;

  /**
   * Systems take the ports of outgoing connections above it (Linux 32,768, others 49,152): until a
   * broker has started, any client of another test could get the port.
   */
  private static final int HIGHEST = 32_000;

  private static final int TRIES = 1000;

  private FreePort() {}

  public static int find() {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("No port is free");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (BindException taken) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
