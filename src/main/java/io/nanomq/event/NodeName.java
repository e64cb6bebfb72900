package io.nanomq.event;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What this broker calls itself in topics: the name of the machine, or of the pod. */
public final class NodeName {
  private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");
  private static final String OTHERWISE = "nanomq";

  private NodeName() {}

  /** Asks no name server: that could take as long as it likes. */
  public static String of(Map<String, String> environment) {
    String name = environment.getOrDefault("HOSTNAME", "").strip();
    try {
      if (name.isEmpty() && Files.isReadable(KERNEL)) {
        name = Files.readString(KERNEL).strip();
      }
    } catch (IOException unreadable) {
      return OTHERWISE;
    }
    return name.isEmpty() ? OTHERWISE : name;
  }

  /** The text as a part of a topic name, which may have no wildcards. */
  static String inTopic(String text) {
    return text.replace("+", "%2B").replace("#", "%23");
  }
}
