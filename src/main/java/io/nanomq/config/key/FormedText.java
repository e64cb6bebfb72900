package io.nanomq.config.key;

import io.nanomq.config.key.value.ConfValueException;

/**
 * Text of a certain form.
 *
 * @param regex what all of it matches
 * @param wrong said of other text
 * @param what said of what would be right
 */
record FormedText(String regex, String wrong, String what) implements ConfType {
  /** Name of a file that is written to, no path: who edits a document may not write anywhere. */
  static ConfType fileName(String ending) {
    return new FormedText(
        "[\\w-][\\w.-]{0,200}\\." + ending,
        "is no name of such a file",
        "a file name that ends with ." + ending + ", without a folder");
  }

  /** Whole levels, none of which is a wildcard, nor may the first begin with a dollar. */
  static ConfType mountPoint() {
    return new FormedText(
        "(?!\\$)(?:[^+#/\\p{Cntrl}]{1,100}/){1,10}",
        "is no mount point",
        "levels of a topic with a slash behind each, such as site/7/");
  }

  /** What client identifiers may begin with that the broker chooses. */
  static ConfType clientIdPrefix() {
    return new FormedText(
        "[\\w.:-]{0,40}",
        "is no beginning of a client identifier",
        "up to 40 letters, digits and _ . : -");
  }

  /** Whom an access rule is about: an empty text, as of a variable that is not set, is nobody. */
  static ConfType who() {
    return new FormedText("[\\s\\S]+", "is empty", "a text, or # for all");
  }

  @Override
  public Object parse(String text, Syntax syntax) throws ConfValueException {
    if (!text.matches(regex)) {
      throw new ConfValueException(wrong, what);
    }
    return text;
  }

  @Override
  public String describe(Syntax syntax) {
    return what;
  }
}
