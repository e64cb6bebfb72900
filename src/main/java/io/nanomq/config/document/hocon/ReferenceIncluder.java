package io.nanomq.config.document.hocon;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import java.io.File;
import java.net.URL;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Includes what a document has included before, with references in place of the values of files
 * that are not shown. Reads nothing.
 */
final class ReferenceIncluder
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
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

  private ConfigObject again(String what) {
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

  private static ConfigObject nothing() {
    return ConfigFactory.empty().root();
  }

  @Override
  public ConfigIncluder withFallback(@Nullable ConfigIncluder fallback) {
    return this;
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    return again(what);
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return again(what.getPath());
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    return nothing();
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    return nothing();
  }
}
