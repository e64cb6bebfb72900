package io.nanomq;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.AbstractByteBuf;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails every test class that leaks a Netty buffer; JUnit finds it by itself. It reads the log
 * because the detector has no other way out that works whichever class loader brought Netty.
 */
public class LeakCheck implements BeforeAllCallback, AfterAllCallback {
  private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

  // Kept here: the log manager holds loggers weakly, and their handlers with them.
  private static final Logger DETECTOR = Logger.getLogger(ResourceLeakDetector.class.getName());

  static {
    // The failure shows them.
    DETECTOR.setUseParentHandlers(false);
    DETECTOR.addHandler(new Listener());
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    LEAKS.clear();
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    check(context.getRequiredTestClass().getClassLoader());
  }

  /** Fails if a buffer leaked of the Netty that {@code loader} knows; Quarkus brings its own. */
  static void check(ClassLoader loader) throws Exception {
    Class<?> known = loader.loadClass(Provoker.class.getName());
    Object provoker = known.getDeclaredConstructor().newInstance();
    // After most classes nothing is left, and there is nothing to collect for: a full collection of
    // this heap takes as long as a test class does.
    for (int round = 0; round < 2 && ((BooleanSupplier) provoker).getAsBoolean(); round++) {
      collect();
      ((Runnable) provoker).run();
    }
    assertThat(LEAKS).as("Netty buffers that were never released").isEmpty();
  }

  // References are queued some time after the collection; when one is, its neighbours mostly are.
  private static void collect() throws InterruptedException {
    var queue = new ReferenceQueue<Object>();
    var sentinel = new WeakReference<>(new Object(), queue);
    System.gc();
    queue.remove(1000);
    Reference.reachabilityFence(sentinel);
  }

  /** A leaked buffer is noticed when it is collected, and told when the next ones are tracked. */
  public static final class Provoker implements Runnable, BooleanSupplier {
    // Of which buffers are constants: they are tracked as all others, and stay.
    private static final String[] CONSTANTS = {
      "io.netty.handler.codec.http.HttpObjectEncoder",
      "io.netty.handler.codec.http2.Http2CodecUtil",
      "com.hivemq.client.internal.mqtt.codec.encoder.MqttPingReqEncoder",
      "com.hivemq.client.internal.mqtt.codec.encoder.mqtt3.Mqtt3DisconnectEncoder"
    };

    /** Whether a buffer is tracked that was not released; true where Netty does not let us see. */
    @Override
    public boolean getAsBoolean() {
      try {
        Set<Object> left = tracked();
        if (!left.isEmpty()) {
          left.removeAll(constants());
          left.removeIf(Provoker::isOfTheBrokerThatGoesOn);
        }
        return !left.isEmpty();
      } catch (ReflectiveOperationException otherNetty) {
        return true;
      }
    }

    /**
     * Of one broker with Quarkus, which all its classes share, the loops keep what they write
     * frames into. Those of other tests end with their class, and have let go of everything.
     */
    private static boolean isOfTheBrokerThatGoesOn(Object tracked) {
      return Provoker.class.getClassLoader() != ClassLoader.getSystemClassLoader()
          && tracked.toString().contains("io.nanomq.codec.OutgoingPublish$Frame.scratch(");
    }

    /** Of each buffer that was made and not released, by what it is tracked. */
    static Set<Object> tracked() throws ReflectiveOperationException {
      Object detector = field(AbstractByteBuf.class, "leakDetector").get(null);
      return new HashSet<>((Set<?>) field(ResourceLeakDetector.class, "allLeaks").get(detector));
    }

    /** The same of those that are constants. */
    static Set<Object> constants() throws ReflectiveOperationException {
      Set<Object> found = new HashSet<>();
      for (String name : CONSTANTS) {
        for (Field field : Class.forName(name).getDeclaredFields()) {
          if (field.getType() == ByteBuf.class && Modifier.isStatic(field.getModifiers())) {
            field.setAccessible(true);
            ByteBuf buffer = (ByteBuf) field.get(null);
            while (buffer != null && !buffer.getClass().getName().endsWith("LeakAwareByteBuf")) {
              buffer = buffer.unwrap();
            }
            if (buffer != null) {
              Class<?> aware = Class.forName("io.netty.buffer.SimpleLeakAwareByteBuf");
              found.add(field(aware, "leak").get(buffer));
            }
          }
        }
      }
      return found;
    }

    private static Field field(Class<?> of, String name) throws NoSuchFieldException {
      Field field = of.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    }

    @Override
    public void run() {
      for (int i = 0; i < 16; i++) {
        PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
        PooledByteBufAllocator.DEFAULT.heapBuffer(1).release();
      }
    }
  }

  private static final class Listener extends Handler {
    @Override
    public void publish(LogRecord leak) {
      if (leak.getMessage().startsWith("LEAK:")) {
        LEAKS.add(leak.getMessage());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
