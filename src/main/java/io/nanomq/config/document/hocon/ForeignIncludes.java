package io.nanomq.config.document.hocon;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import io.nanomq.config.document.DocumentText;
import io.nanomq.config.setting.ConfException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which files a document asks for that are not configuration beside it. Nothing is read for it: an
 * answer that depends on a file, if only on whether it is there, tells of it.
 */
public final class ForeignIncludes extends FileIncluder {
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

  @Override
  ConfigObject file(String what, boolean isRequired) {
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
}
