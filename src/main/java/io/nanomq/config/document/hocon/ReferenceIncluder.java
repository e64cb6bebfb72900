package io.nanomq.config.document.hocon;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Includes what a document has included before, with references in place of the values of files
 * that are not shown. Reads nothing.
 */
final class ReferenceIncluder extends FileIncluder {
  private final HoconIncluder read;
  private final HoconFolder document;
  private final HoconFolder here;
  private final AtomicInteger count;

  /**
   * @param read has the texts
   */
  ReferenceIncluder(HoconIncluder read, HoconFolder document) {
    this(read, document, document, new AtomicInteger());
  }

  private ReferenceIncluder(
      HoconIncluder read, HoconFolder document, HoconFolder here, AtomicInteger count) {
    this.read = read;
    this.document = document;
    this.here = here;
    this.count = count;
  }

  @Override
  ConfigObject file(String what, boolean isRequired) {
    try {
      Path file = here.resolve(what);
      String name = file.toString();
      String text = read.text(name);
      if (text == null || count.incrementAndGet() > HoconBounds.MAX_INCLUDES) {
        return nothing();
      }
      var inner = new ReferenceIncluder(read, document, HoconFolder.of(name), count);
      ConfigObject object =
          ConfigFactory.parseString(text, HoconDocument.options(name, inner)).root();
      return document.shows(file) ? object : HoconShown.hide(object, name);
    } catch (InvalidPathException | ConfigException e) {
      return nothing(); // as it was for the one that has read it
    }
  }
}
