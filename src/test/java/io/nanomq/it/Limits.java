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
   * @param namesAndValues names of {@link MqttConf}'s components, each with its value
   */
  public static MqttConf with(Object... namesAndValues) {
    Map<Object, Object> changes = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      changes.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    RecordComponent[] components = MqttConf.class.getRecordComponents();
    try {
      Object[] values = new Object[components.length];
      for (int i = 0; i < values.length; i++) {
        Object usual = components[i].getAccessor().invoke(MqttConf.defaults());
        Object wanted = changes.remove(components[i].getName());
        values[i] = wanted == null ? usual : wanted;
      }
      if (!changes.isEmpty()) {
        throw new IllegalArgumentException("no such limits: " + changes);
      }
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      return MqttConf.class.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
