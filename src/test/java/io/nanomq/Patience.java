package io.nanomq;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What tests wait for may take a minute before it counts as never: their verdicts say nothing about
 * the machine's speed. JUnit finds it by itself.
 */
public class Patience implements BeforeAllCallback {
  private static final Duration LONG = Duration.ofSeconds(60);

  @Override
  public void beforeAll(ExtensionContext context) throws ReflectiveOperationException {
    // Quarkus brings a class loader, and Awaitility in it, of its own.
    context
        .getRequiredTestClass()
        .getClassLoader()
        .loadClass(Awaitility.class.getName())
        .getMethod("setDefaultTimeout", Duration.class)
        .invoke(null, LONG);
  }
}
