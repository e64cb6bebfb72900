package io.nanomq.config.document.hocon;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import io.nanomq.config.document.DocumentText;
import io.nanomq.config.setting.ConfException;
import java.io.File;
import java.net.URL;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which files a document asks for that are not configuration beside it. Nothing is read for it: an
 * answer that depends on a file, if only on whether it is there, tells of it.
 */
public final class ForeignIncludes
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
  private final HoconFolder folder;
  private final Set<String> found = new TreeSet<>();

  private ForeignIncludes(HoconFolder folder) {
    this.folder = folder;
  }

  /**
   * @param name where the document is, or what stands for that
   * @param content in either format; what is no document asks for nothing
   * @return their paths
   */
  public static Set<String> of(String name, byte[] content) {
    ForeignIncludes includes = new ForeignIncludes(HoconFolder.of(name));
    try {
      String text = DocumentText.decode(name, content);
      new HoconBounds().check(name, text);
      ConfigFactory.parseString(text, HoconDocument.options(name, includes));
    } catch (ConfException | ConfigException | StackOverflowError e) {
      return includes.found; // whoever loads it says what is wrong, with the line
    }
    return includes.found;
  }

  private ConfigObject note(String what) {
    try {
      Path file = folder.resolve(what);
      if (!folder.holds(file)) {
        found.add(file.toString());
      }
    } catch (InvalidPathException e) {
      return nothing(); // no file either
    }
    return nothing();
  }

  private static ConfigObject nothing() {
    return ConfigFactory.empty().root();
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    return note(what);
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return note(what.getPath());
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
