/** Where the broker's log goes: console, file, syslog, a Unix socket. */
@org.jspecify.annotations.NullMarked
package io.nanomq.log;
