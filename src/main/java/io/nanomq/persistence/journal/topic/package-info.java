/** What is known of topics without keeping them. */
@org.jspecify.annotations.NullMarked
package io.nanomq.persistence.journal.topic;
