/** The HTTP front end: sockets of the API and of health, and what a connection has to keep to. */
@org.jspecify.annotations.NullMarked
package io.nanomq.http;
