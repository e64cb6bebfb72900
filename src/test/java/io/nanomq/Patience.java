package io.nanomq;

import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What tests wait for may take a minute before it counts as never: their verdicts say nothing about
 * the machine's speed. It is looked at once at the beginning and often then, since most of it takes
 * a few milliseconds. JUnit finds it by itself.
 */
public class Patience implements BeforeAllCallback {
  private static final Map<String, Duration> DEFAULTS =
      Map.of(
          "setDefaultTimeout", Duration.ofSeconds(60),
          "setDefaultPollDelay", Duration.ZERO,
          "setDefaultPollInterval", Duration.ofMillis(10));

  @Override
  public void beforeAll(ExtensionContext context) throws ReflectiveOperationException {
    // Quarkus brings a class loader, and Awaitility in it, of its own.
    Class<?> awaitility =
        context.getRequiredTestClass().getClassLoader().loadClass(Awaitility.class.getName());
    for (Map.Entry<String, Duration> each : DEFAULTS.entrySet()) {
      awaitility.getMethod(each.getKey(), Duration.class).invoke(null, each.getValue());
    }
  }
}
