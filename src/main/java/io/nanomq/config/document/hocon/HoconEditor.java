package io.nanomq.config.document.hocon;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueType;
import com.typesafe.config.parser.ConfigDocument;
import com.typesafe.config.parser.ConfigDocumentFactory;
import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Changes values of a HOCON document and leaves comments, order and layout as they are. A list in
 * which something changes is written anew, on one line.
 */
final class HoconEditor {
  private static final Pattern LONE_LF = Pattern.compile("(?<!\r)\n");

  private final HoconDocument document;
  private final boolean isCrLf;
  private final Set<List<String>> emptied = new LinkedHashSet<>();
  private ConfigDocument text;

  private HoconEditor(HoconDocument document) {
    this.document = document;
    String whole = document.text();
    this.isCrLf = whole.contains("\n") && !LONE_LF.matcher(whole).find();
    // The library adds lines that end with LF, and takes CR for a part of the layout.
    this.text = parse(isCrLf ? whole.replace("\r\n", "\n") : whole);
  }

  /** The text of the document after the edits. */
  static String apply(HoconDocument document, List<ConfEdit> edits) throws ConfException {
    HoconEditor editor = new HoconEditor(document);
    try {
      editor.apply(edits);
    } catch (ConfigException.NotResolved e) {
      String reason = "puts the section together by substitutions, where this cannot be changed";
      throw new ConfException(ConfProblem.in(document.name(), reason, "an edit by hand"));
    } catch (ConfigException e) {
      throw new ConfException(HoconProblems.of(document.name(), e));
    }
    String edited = editor.text.render();
    return editor.isCrLf ? edited.replace("\n", "\r\n") : edited;
  }

  private void apply(List<ConfEdit> edits) throws ConfException {
    Map<String, HoconList> lists = new LinkedHashMap<>();
    // A list of texts may give way to one of sections under the same name.
    Set<String> removed = new HashSet<>();
    for (ConfEdit edit : edits) {
      List<String> path = edit.hoconPath();
      if (path.isEmpty()) {
        throw new ConfException(
            ConfProblem.in(
                document.name(), edit.path() + " has no name in this format", "key=value"));
      }
      int element = element(edit, path);
      if (element >= 0) {
        List<String> listPath = path.subList(0, element);
        String name = ConfigUtil.joinPath(listPath);
        if (!path.get(element).matches("[1-9]\\d{0,8}")) {
          throw new ConfException(
              ConfProblem.in(
                  document.name(),
                  name + " is a list, in which " + edit.path() + " has no place",
                  "an edit of the document by hand"));
        }
        HoconList list = lists.get(name);
        if (list == null) {
          Config before = removed.contains(name) ? ConfigFactory.empty() : document.config();
          list = HoconList.of(before, listPath);
          lists.put(name, list);
        }
        list.apply(edit, path.subList(element, path.size()));
      } else {
        if (edit.value() == null) {
          removed.add(ConfigUtil.joinPath(path));
        }
        apply(ConfigUtil.joinPath(path), edit);
      }
    }
    lists.forEach(this::write);
    emptied.forEach(this::removeEmpty);
  }

  /** Where in {@code path} an element of a list stands, as the table or the document has it. */
  private int element(ConfEdit edit, List<String> path) {
    int declared = edit.firstNumber();
    for (int i = 1; declared < 0 && i < path.size(); i++) {
      String section = ConfigUtil.joinPath(path.subList(0, i));
      if (document.config().hasPathOrNull(section)
          && document.config().getValue(section).valueType() == ConfigValueType.LIST) {
        return i;
      }
    }
    return declared;
  }

  private void apply(String path, ConfEdit edit) {
    Object value = edit.value();
    if (value == null) {
      remove(path);
    } else {
      put(path, HoconText.of(edit.key(), value));
    }
  }

  private void write(String path, HoconList list) {
    if (list.isEmpty()) {
      remove(path);
    } else {
      put(path, list.render());
    }
  }

  private void remove(String path) {
    String before = text.render();
    text = parse(HoconLines.withoutBlankLeft(before, text.withoutPath(path).render()));
    List<String> names = ConfigUtil.splitPath(path);
    emptied.add(names.subList(0, names.size() - 1));
  }

  /** Sections that nothing is left in: each bridge that comes and goes would leave one for good. */
  private void removeEmpty(List<String> path) {
    for (int size = path.size(); size > 0; size--) {
      String section = ConfigUtil.joinPath(path.subList(0, size));
      if (text.hasPath(section)) {
        String before = text.render();
        String after = text.withoutPath(section).render();
        if (!HoconLines.isEmptySection(before, after)) {
          return;
        }
        text = parse(HoconLines.withoutBlankLeft(before, after));
      }
    }
  }

  static ConfigDocument parse(String text) {
    return ConfigDocumentFactory.parseString(
        text, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF));
  }

  private void put(String path, String value) {
    if (!text.hasPath(path)) {
      // Without a line end the library appends behind a comma on the same line.
      String whole = text.render();
      if (!whole.endsWith("\n") && !whole.strip().startsWith("{")) {
        text = parse(whole + "\n");
      }
    }
    text = text.withValueText(path, value);
  }
}
