package io.nanomq.api.auth;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * What a login gives, named as OAuth names it (RFC 6749, 5.1).
 *
 * @param token what to send as {@code Authorization: Bearer}
 * @param tokenType always Bearer
 * @param expiresInSeconds how long it is good
 */
@JsonPropertyOrder({"token", "token_type", "expires_in"})
public record TokenView(
    String token,
    @JsonProperty("token_type") String tokenType,
    @JsonProperty("expires_in") long expiresInSeconds) {}
