package io.nanomq.api.auth;

import java.util.function.BooleanSupplier;

/**
 * Who waits for a password to be looked at.
 *
 * @param address that it comes from: addresses take turns
 * @param isHopeless whether nobody waits any more, or the address has failed too often meanwhile;
 *     any thread asks
 */
public record ApiCaller(String address, BooleanSupplier isHopeless) {
  static final ApiCaller UNKNOWN = new ApiCaller("", () -> false);
}
