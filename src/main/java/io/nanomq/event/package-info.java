/** What happens in the broker, for those who watch it: listeners, and the topics under $SYS. */
@org.jspecify.annotations.NullMarked
package io.nanomq.event;
