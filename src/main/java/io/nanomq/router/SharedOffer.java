package io.nanomq.router;

/**
 * A message on its way to the member that a shared group chose after others had not taken it.
 *
 * @param member whose turn it is
 * @param refusals who did not take it
 */
record SharedOffer(Subscriber member, Refusals refusals) {}
