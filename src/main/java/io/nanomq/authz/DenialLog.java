package io.nanomq.authz;

import io.nanomq.event.BrokerEvent;
import io.nanomq.event.LoopEvents;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.packet.AccessAction;
import java.util.List;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * Tells what was denied on one loop, in the log and as events: {@value #MOST_PER_SECOND} a second,
 * and how many more there were.
 */
@LoopConfined
final class DenialLog {
  static final int MOST_PER_SECOND = 10;

  private static final Logger LOG = Logger.getLogger(DenialLog.class);
  private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");
  private static final long SECOND_MILLIS = 1_000;

  /** Where the log is JSON they are members of their own. */
  private static final List<String> MEMBERS = List.of("clientid", "username", "peer", "reason");

  private final LoopContext loop;
  private final LoopEvents events;
  private long since = Long.MIN_VALUE;
  private int told;
  private long untold;

  DenialLog(LoopContext loop, LoopEvents events) {
    this.loop = loop;
    this.events = events;
  }

  void add(AccessClient client, AccessAction action, String topic, AccessVerdict verdict) {
    long now = loop.nowMillis();
    if (since == Long.MIN_VALUE || now - since >= SECOND_MILLIS) {
      if (untold > 0) {
        LOG.warnf("%d more operations were denied", untold);
      }
      since = now;
      told = 0;
      untold = 0;
    }
    if (told++ < MOST_PER_SECOND) {
      tell(client, action, topic, verdict);
    } else {
      untold++;
    }
  }

  private void tell(AccessClient client, AccessAction action, String topic, AccessVerdict verdict) {
    String why = verdict.text();
    var who = new BrokerEvent.Client(client.clientId(), client.username(), client.addressText());
    events.denied(who, action.word(), topic, why);
    MDC.put("clientid", client.clientId());
    MDC.put("username", client.username() == null ? "" : client.username());
    MDC.put("peer", client.addressText());
    MDC.put("reason", why);
    try {
      log(client, action, topic, why);
    } finally {
      MEMBERS.forEach(MDC::remove);
    }
  }

  private static void log(AccessClient client, AccessAction action, String topic, String why) {
    LOG.warnf(
        "Denied: client %s, user %s, %s, may not %s %s: %s",
        plain(client.clientId()),
        client.username() == null ? "none" : plain(client.username()),
        client.addressText(),
        action.word(),
        plain(topic),
        plain(why));
  }

  /** On one line, whatever a client calls itself. */
  private static String plain(String text) {
    return CONTROL.matcher(text).replaceAll("?");
  }
}
