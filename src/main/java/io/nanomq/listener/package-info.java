/** Sockets that MQTT clients connect to, and what lies between them and MQTT. */
@org.jspecify.annotations.NullMarked
package io.nanomq.listener;
