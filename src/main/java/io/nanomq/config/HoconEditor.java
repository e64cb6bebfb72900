package io.nanomq.config;

import java.util.List;

final class HoconEditor {
  private HoconEditor() {}

  static String apply(HoconDocument d, List<ConfEdit> edits) throws ConfException {
    throw new UnsupportedOperationException();
  }
}
