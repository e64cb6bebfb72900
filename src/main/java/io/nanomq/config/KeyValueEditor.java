package io.nanomq.config;

import java.util.List;

final class KeyValueEditor {
  KeyValueEditor(KeyValueDocument d) {}

  KeyValueDocument apply(List<ConfEdit> edits) throws ConfException {
    throw new UnsupportedOperationException();
  }
}
