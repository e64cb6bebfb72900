package io.nanomq.config.document.hocon;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import java.io.File;
import java.net.URL;

/** Includes files and nothing else, whatever the document asks for. */
abstract class FileIncluder
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
  /**
   * @param what the file as the document names it
   * @param isRequired whether the document says that it has to be there
   */
  abstract ConfigObject file(String what, boolean isRequired);

  /** What is to be included and is no file. */
  ConfigObject noFile(String what) {
    return nothing();
  }

  static ConfigObject nothing() {
    return ConfigFactory.empty().root();
  }

  @Override
  public final ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }

  @Override
  public final ConfigObject include(ConfigIncludeContext context, String what) {
    return file(what, isRequired(context));
  }

  @Override
  public final ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return file(what.getPath(), isRequired(context));
  }

  @Override
  public final ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    return noFile(what.toString());
  }

  @Override
  public final ConfigObject includeResources(ConfigIncludeContext context, String what) {
    return noFile(what);
  }

  private static boolean isRequired(ConfigIncludeContext context) {
    return !context.parseOptions().getAllowMissing();
  }
}
