package io.nanomq.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Records that differ from others in a few places. */
public final class Copy {
  private Copy() {}

  /**
   * The same record but for what is named.
   *
   * @param namesAndValues names of components, or of theirs as {@code mqtt.queues.length}, each
   *     with its value
   */
  @SuppressWarnings("unchecked") // it is made by the class's own constructor
  public static <T extends Record> T of(T usual, Object... namesAndValues) {
    Map<Object, Object> changes = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      changes.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    Record changed = with("", usual, changes);
    if (!changes.isEmpty()) {
      throw new IllegalArgumentException("no such components: " + changes);
    }
    return (T) changed;
  }

  /** The same record but for the changes, which it takes out; those of records in it, too. */
  private static Record with(String path, Record usual, Map<Object, Object> changes) {
    RecordComponent[] components = usual.getClass().getRecordComponents();
    try {
      Object[] values = new Object[components.length];
      for (int i = 0; i < values.length; i++) {
        String name = path + components[i].getName();
        Object wanted = changes.remove(name);
        values[i] = wanted == null ? components[i].getAccessor().invoke(usual) : wanted;
        boolean isInside =
            changes.keySet().stream().anyMatch(each -> each.toString().startsWith(name + "."));
        if (isInside && values[i] instanceof Record inner) {
          values[i] = with(name + ".", inner, changes);
        }
      }
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<? extends Record> made = usual.getClass().getDeclaredConstructor(types);
      return made.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
