package io.nanomq.event;

import io.nanomq.event.BrokerEvent.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Writes down what it is told. */
final class RecordingListener implements BrokerEvents.Listener {
  final List<BrokerEvent> told = new ArrayList<>();
  final List<Integer> loops = new ArrayList<>();
  Set<Kind> wanted = EnumSet.allOf(Kind.class);

  @Override
  public boolean wants(Kind kind) {
    return wanted.contains(kind);
  }

  @Override
  public void happened(int loopIndex, BrokerEvent event) {
    loops.add(loopIndex);
    told.add(event);
  }
}
