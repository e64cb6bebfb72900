package io.nanomq.persistence;

import io.nanomq.packet.PublishMessage;
import java.util.List;

/**
 * A message that was published and not handed over by all its targets: it goes once more to
 * everybody who subscribes and has not had it.
 *
 * @param number as told by {@link SessionStore#published}
 * @param toSubscribers whether some loop had not handed it over to its own subscribers
 * @param groups the shared groups of which no member has it
 * @param had numbers of the sessions that it was queued for, settled or not
 */
@SuppressWarnings("ArrayRecordComponent")
public record UndeliveredMessage(
    long number,
    PublishMessage message,
    boolean toSubscribers,
    List<GroupName> groups,
    long[] had) {}
