package io.nanomq.control.access;

import io.nanomq.config.store.ConfStore;

/** Documents beside the main one: in its folder, or in the same ConfigMap. */
@FunctionalInterface
public interface SideDocuments {
  /**
   * The document of that name, which need not exist.
   *
   * @param name of a file, or key in the ConfigMap
   */
  ConfStore of(String name);
}
