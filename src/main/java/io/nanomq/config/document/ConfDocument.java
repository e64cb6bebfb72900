package io.nanomq.config.document;

import io.nanomq.config.key.Syntax;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.RawSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One configuration text, in either format. Immutable: an edit gives a new document. */
public interface ConfDocument {

  /** Name of the file or of the ConfigMap's entry, for messages. */
  String name();

  Syntax syntax();

  /** The text, byte for byte as it was read where nothing was edited. */
  String text();

  /** SHA-256 of the text in UTF-8, in hexadecimal. */
  String hash();

  /** Whether nothing is in it but white space and comments, with all that it includes. */
  boolean isEmpty();

  /** Whether other files, which may change by themselves, are part of it. */
  default boolean hasIncludes() {
    return false;
  }

  /** The files that it includes, and those that they include, be they there or not. */
  default List<IncludedFile> includes() {
    return List.of();
  }

  /**
   * The same with these variables: a file of nothing but references is {@link
   * IncludedFile.State#EMPTY} where they lead to nothing.
   */
  default List<IncludedFile> includes(Map<String, String> environment) {
    return includes();
  }

  /** Variables that its own text takes, whatever they stand for, beside those in values. */
  default Set<String> variables() {
    return Set.of();
  }

  /**
   * Every known key of the document in order; unknown ones become problems.
   *
   * @param environment where HOCON substitutions that the document does not define are looked up
   */
  List<RawSetting> settings(Map<String, String> environment, List<ConfProblem> problems);

  /**
   * The same with a reference in the place of each variable, be it set or not: nothing is looked
   * up.
   *
   * @param problems gets what is wrong with the document whatever its variables are
   */
  default List<RawSetting> references(List<ConfProblem> problems) {
    return mayRefer() ? settings(Map.of(), new ArrayList<>()) : List.of();
  }

  /** Whether there may be a reference in its own text, be it spelled as JSON spells characters. */
  default boolean mayRefer() {
    return text().indexOf('$') >= 0 || text().contains("\\u0024");
  }

  /**
   * Edits that keep comments, order and layout.
   *
   * @throws ConfException where a value cannot be written in this format
   */
  ConfDocument with(List<ConfEdit> edits) throws ConfException;
}
