package io.nanomq.session;

/**
 * One subscription as its loop knew it when asked.
 *
 * @param clientId client identifier of the subscriber
 * @param filter topic filter as subscribed, {@code $share/group/} included
 * @param qos granted QoS
 */
public record SubscriptionSnapshot(String clientId, String filter, int qos) {}
