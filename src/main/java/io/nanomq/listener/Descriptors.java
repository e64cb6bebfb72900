package io.nanomq.listener;

import com.sun.management.UnixOperatingSystemMXBean;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.model.MqttConf;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * How many files and sockets the process may have open, and how many it is to have. Connections
 * leave what it needs for itself: a class that cannot be loaded then would end those that are
 * there.
 */
public final class Descriptors {
  private static final Logger LOG = Logger.getLogger("io.nanomq");

  /** For the event loops, files and whatever else is not a connection, and for a few jars. */
  private static final int FEW = 256;

  /** What the process needs for itself. */
  static final int OWN = FEW + jars(System.getProperty("java.class.path", ""));

  /** One part of what is left in so many is for the API. */
  private static final int API_PART = 8;

  private static final long MOST = most();

  private Descriptors() {}

  /** MQTT connections that there is room for, and that are configured. */
  static int forMqtt(int configured) {
    return (int) Math.min(configured, roomForMqtt(MOST));
  }

  /** The same for the API. */
  public static int forApi(int configured) {
    return (int) Math.min(configured, roomForApi(MOST));
  }

  private static long roomForMqtt(long most) {
    return Math.max(1, most - OWN - roomForApi(most));
  }

  private static long roomForApi(long most) {
    return Math.max(1, (most - OWN) / API_PART);
  }

  /** Why the process cannot even load itself; empty where it can. */
  public static Optional<String> problem() {
    return problem(MOST);
  }

  static Optional<String> problem(long most) {
    return most >= OWN
        ? Optional.empty()
        : Optional.of(
            String.format(
                "this process may have %d files and sockets open (ulimit -n); it needs %d for"
                    + " itself and one for each connection",
                most, OWN));
  }

  /** Says in the log where there are fewer than the configuration allows connections. */
  public static void tell(NanomqConf conf) {
    shortage(conf, MOST)
        .ifPresent(
            text -> {
              if (conf.mqtt().broker().maxConnections()
                  == MqttConf.defaults().broker().maxConnections()) {
                LOG.info(text); // Nobody asked for so many.
              } else {
                LOG.warn(text);
              }
            });
  }

  static Optional<String> shortage(NanomqConf conf, long most) {
    long mqtt = conf.mqtt().broker().maxConnections();
    if (roomForMqtt(most) >= mqtt) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            "This process may have %d files and sockets open (ulimit -n): room for %d MQTT"
                + " connections, and not for max_connections = %d; further ones are closed",
            most, roomForMqtt(most), mqtt));
  }

  /** Those of a class path stay open; Quarkus' own loader, which needs none, closes most of its. */
  static int jars(String classPath) {
    String[] entries = classPath.split(File.pathSeparator);
    return entries.length == 1 ? 0 : entries.length;
  }

  private static long most() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }
}
