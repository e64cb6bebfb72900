package io.nanomq.session;

import io.nanomq.authn.ClientIdentity;
import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.config.model.MqttConf.Preset;
import io.nanomq.packet.Connect;
import io.nanomq.packet.ConnectProperties;
import io.nanomq.packet.Subscription;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;

/**
 * Sessions that are there before their clients. Whoever comes takes its session over like any other
 * that it left behind: with what it may not subscribe to taken out. Calls are made one after the
 * other.
 */
public final class PresetSessions {
  private static final Logger LOG = Logger.getLogger(PresetSessions.class);
  private static final String LINK = "preset";

  /** A name that no client can have: nobody is the same user [MQTT-1.5.4-2]. */
  private static final ClientIdentity NOBODY = ClientIdentity.of("\0", LINK, "");

  private static final int MQTT_3_1_1 = 4;

  private final SessionRegistry sessions;
  private final LoopServices[] loops;
  private Map<String, Preset> inForce = Map.of();

  /**
   * @param loops one for each loop by index
   */
  public PresetSessions(SessionRegistry sessions, LoopServices[] loops) {
    this.sessions = sessions;
    this.loops = loops;
  }

  /**
   * Begins the sessions of presets that are new or have changed. What stands in their place stays
   * where its client has been there, and ends where it has not; so do those whose preset is gone.
   *
   * @return completes when they are there
   */
  public CompletionStage<Void> apply(List<Preset> presets) {
    Map<String, Preset> before = inForce;
    Map<String, Preset> next = new LinkedHashMap<>();
    presets.forEach(preset -> next.put(preset.clientId(), preset));
    inForce = next;
    CompletionStage<Void> done = CompletableFuture.completedFuture(null);
    for (Preset old : before.values()) {
      if (!old.equals(next.get(old.clientId()))) {
        done = done.thenCompose(ended -> end(old.clientId()));
      }
    }
    for (Preset preset : presets) {
      if (!preset.equals(before.get(preset.clientId()))) {
        done = done.thenCompose(begun -> begin(preset));
      }
    }
    return done;
  }

  private CompletionStage<Void> end(String clientId) {
    Session session = sessions.find(clientId);
    if (session == null) {
      return CompletableFuture.completedFuture(null);
    }
    LoopServices parts = loops[session.loopIndex()];
    return CompletableFuture.runAsync(
        () -> {
          if (isUnclaimed(session)) {
            parts.sessions().end(session);
          }
        },
        parts.loop().eventLoop());
  }

  private static boolean isUnclaimed(Session session) {
    return session.owner == null && session.identity().link().equals(LINK);
  }

  private CompletionStage<Void> begin(Preset preset) {
    LoopServices parts = loops[Math.floorMod(preset.clientId().hashCode(), loops.length)];
    return CompletableFuture.runAsync(
        () -> {
          try {
            begin(preset, parts);
          } catch (ProtocolError full) {
            LOG.warnf("There is no session of preset %s: %s", preset.clientId(), full.getMessage());
          }
        },
        parts.loop().eventLoop());
  }

  private static void begin(Preset preset, LoopServices parts) {
    var connect =
        new Connect(
            MQTT_3_1_1,
            preset.clientId(),
            false,
            0,
            null,
            null,
            null,
            ConnectProperties.NEVER_EXPIRES);
    Session session = parts.sessions().reserve(connect, NOBODY);
    if (session == null) {
      return;
    }
    preset
        .filters()
        .forEach(
            (filter, qos) -> {
              var asked = new Subscription(filter, qos, false, false, 0, 0);
              ReasonCode answer = parts.subscriptions().subscribe(session, asked);
              if (answer != ReasonCode.SUCCESS) {
                LOG.warnf("Preset %s does not get %s: %s", preset.clientId(), filter, answer);
              }
            });
  }
}
