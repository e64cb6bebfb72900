/** Where something leaves the broker for somebody who may be slow, or away: bounded and counted. */
@org.jspecify.annotations.NullMarked
package io.nanomq.sink;
