package io.nanomq.packet;

import java.util.List;

/**
 * SUBSCRIBE, MQTT 5.0 section 3.8.
 *
 * @param packetId 1 to 65,535
 * @param subscriptions at least one
 */
public record Subscribe(int packetId, List<Subscription> subscriptions) implements Packet {}
