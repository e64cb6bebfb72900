package io.nanomq.it;

import io.nanomq.config.model.MqttConf;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Configurations that differ from the defaults in a few places. */
public final class Limits {
  private Limits() {}

  /**
   * The defaults but for what is named.
   *
   * @param namesAndValues names of {@link MqttConf}'s components, or of theirs as {@code
   *     queues.length}, each with its value
   */
  public static MqttConf with(Object... namesAndValues) {
    Map<Object, Object> changes = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      changes.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    MqttConf changed = (MqttConf) with("", MqttConf.defaults(), changes);
    if (!changes.isEmpty()) {
      throw new IllegalArgumentException("no such limits: " + changes);
    }
    return changed;
  }

  /** The same record but for the changes, which it takes out; those of records in it, too. */
  private static Object with(String path, Record usual, Map<Object, Object> changes) {
    RecordComponent[] components = usual.getClass().getRecordComponents();
    try {
      Object[] values = new Object[components.length];
      for (int i = 0; i < values.length; i++) {
        Object wanted = changes.remove(path + components[i].getName());
        values[i] = wanted == null ? components[i].getAccessor().invoke(usual) : wanted;
        if (wanted == null && values[i] instanceof Record inner) {
          values[i] = with(path + components[i].getName() + ".", inner, changes);
        }
      }
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      return usual.getClass().getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
