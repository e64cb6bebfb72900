/** Sessions and retained messages as lines of JSON, out of one broker and into another. */
@org.jspecify.annotations.NullMarked
package io.nanomq.transfer;
