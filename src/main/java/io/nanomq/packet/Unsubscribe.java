package io.nanomq.packet;

import java.util.List;

/**
 * UNSUBSCRIBE, MQTT 5.0 section 3.10.
 *
 * @param packetId 1 to 65,535
 * @param filters at least one
 */
public record Unsubscribe(int packetId, List<String> filters) implements Packet {}
