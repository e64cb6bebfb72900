package io.nanomq.backend;

/**
 * What a back end may be told about a client; what is not known is empty.
 *
 * @param clientId {@code %c}
 * @param user {@code %u}
 * @param address IP address, {@code %a}
 * @param port port of the listener, {@code %p}
 * @param commonName of the client's certificate, {@code %C}
 * @param subject of the client's certificate, {@code %d}
 * @param mountPoint {@code %m}
 */
public record ClientFacts(
    String clientId,
    String user,
    String address,
    int port,
    String commonName,
    String subject,
    String mountPoint) {}
