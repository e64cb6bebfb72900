package io.nanomq.config.setting;

import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.KeyTable;
import java.util.List;
import java.util.Optional;

/**
 * A section of keys whose values are sent to one address, as the table of keys says it. A section
 * in another one has its own address: the password of a proxy does not go to the broker behind it,
 * but what goes there passes the proxy.
 *
 * @param section beginning of the ids of its keys, without the last dot; at most one placeholder
 * @param places keys that say where it goes, and whether TLS proves that it goes there
 * @param secrets keys of what nobody else may get
 */
public record Destination(String section, List<ConfKey> places, List<ConfKey> secrets) {
  /** What opens a file here is not sent. */
  private static final String OF_A_FILE = "key_password";

  private static final List<String> SECTIONS =
      KeyTable.get().keys().stream()
          .map(ConfKey::placeOf)
          .filter(section -> !section.isEmpty())
          .distinct()
          .toList();

  private static final List<Destination> ALL =
      SECTIONS.stream().map(Destination::ofSection).toList();

  private static Destination ofSection(String section) {
    List<ConfKey> keys = KeyTable.get().keys();
    return new Destination(
        section,
        keys.stream().filter(key -> isWithin(key.placeOf(), section)).toList(),
        keys.stream().filter(key -> isSent(key) && sectionOf(key).equals(section)).toList());
  }

  private static boolean isSent(ConfKey key) {
    return key.secret() && !key.id().endsWith(OF_A_FILE);
  }

  public static List<Destination> all() {
    return ALL;
  }

  /** Where the value of a key is sent. */
  public static Optional<Destination> of(ConfKey key) {
    String section = sectionOf(key);
    return ALL.stream().filter(each -> each.section.equals(section)).findFirst();
  }

  /** The innermost one; empty where it is in none. */
  private static String sectionOf(ConfKey key) {
    return SECTIONS.stream()
        .filter(section -> isWithin(key.id(), section))
        .reduce("", (one, other) -> one.length() >= other.length() ? one : other);
  }

  private static boolean isWithin(String id, String section) {
    return id.equals(section) || id.startsWith(section + ".");
  }

  /**
   * @param path of a setting of the section
   * @return beginning of the paths of all that goes to the same address, without the last dot
   */
  public String pathOf(String path) {
    int name = section.indexOf('<');
    if (name < 0) {
      return section;
    }
    String filled = KeyMatch.quoted(ConfValues.firstPart(path.substring(name)));
    return section.substring(0, name) + filled + section.substring(section.indexOf('>') + 1);
  }

  /**
   * @param path of a setting of the section
   * @return the paths of {@link #places}, in that order
   */
  public List<String> placesOf(String path) {
    String start = pathOf(path);
    return places.stream().map(place -> start + place.id().substring(section.length())).toList();
  }
}
