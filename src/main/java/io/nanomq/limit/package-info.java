/** What clients may do how much of: features that are offered, rates, quotas, bans. */
@org.jspecify.annotations.NullMarked
package io.nanomq.limit;
