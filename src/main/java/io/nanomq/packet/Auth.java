package io.nanomq.packet;

/**
 * AUTH, MQTT 5.0 section 3.15.
 *
 * @param reasonCode 0x18 or 0x19
 * @param enhanced its method and data
 */
public record Auth(int reasonCode, EnhancedAuth enhanced) implements Packet {}
