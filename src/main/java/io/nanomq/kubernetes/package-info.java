/** The configuration in a cluster: a ConfigMap as its store, Events as its news. */
@org.jspecify.annotations.NullMarked
package io.nanomq.kubernetes;
