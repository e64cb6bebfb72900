package io.nanomq.packet;

/**
 * A control packet that is turned into a value. PUBLISH and its acknowledgements are not: they are
 * handled where they lie in the receive buffer.
 */
public sealed interface Packet permits Auth, Connect, Subscribe, Unsubscribe, Disconnect {}
