package io.nanomq.api.document;

import io.nanomq.api.list.ListTable;
import io.nanomq.api.list.Page;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;

/** What the OpenAPI document tells of a list: the query that it takes, and what it answers. */
record ListDocument(ListTable<?> table) {

  /**
   * Adds the query parameters that an operation reads from the request itself.
   *
   * @param isPaged whether it takes {@code _page}, {@code _limit}, {@code _sort} and {@code
   *     _fields}, and not the filters alone
   */
  void addQuery(Operation operation, boolean isPaged) {
    Map<String, Parameter> all = new LinkedHashMap<>();
    Objects.requireNonNullElse(operation.getParameters(), List.<Parameter>of())
        .forEach(each -> all.put(each.getName(), each));
    table
        .filters()
        .forEach(
            (name, each) -> add(all, name, words(each.words()), "Only those with this " + name));
    if (isPaged) {
      add(all, Page.PAGE, schema(SchemaType.INTEGER), "Number of the page, from 1");
      add(
          all,
          Page.LIMIT,
          schema(SchemaType.INTEGER),
          "Elements on a page, 1 to " + Page.MAX_LIMIT);
      List<String> keys = names(ListTable.Column::isKey);
      if (!keys.isEmpty()) {
        List<String> both = new ArrayList<>(keys);
        keys.forEach(key -> both.add("-" + key));
        add(all, "_sort", words(both), "Field to sort by, with - from the last to the first");
      }
      add(
          all,
          "_fields",
          schema(SchemaType.STRING),
          "Fields to answer, separated by commas: " + String.join(",", names(any -> true)));
    }
    operation.parameters(List.copyOf(all.values()));
  }

  private List<String> names(Predicate<ListTable.Column<?>> which) {
    return table.columns().stream().filter(which::test).map(each -> each.name()).toList();
  }

  private static void add(
      Map<String, Parameter> all, String name, Schema schema, String description) {
    all.putIfAbsent(
        name,
        OASFactory.createParameter()
            .name(name)
            .in(Parameter.In.QUERY)
            .schema(schema)
            .description(description));
  }

  private static Schema words(List<String> words) {
    Schema schema = schema(SchemaType.STRING);
    if (!words.isEmpty()) {
      schema.setEnumeration(new ArrayList<>(words));
    }
    return schema;
  }

  /**
   * The answer's schema.
   *
   * @param ofLists whether its elements are lists themselves
   */
  Schema answer(boolean ofLists) {
    Schema element = schema(SchemaType.OBJECT);
    table.columns().forEach(each -> element.addProperty(each.name(), schema(each.type())));
    Schema meta = schema(SchemaType.OBJECT);
    List.of("page", "limit", "count")
        .forEach(each -> meta.addProperty(each, schema(SchemaType.INTEGER)));
    return schema(SchemaType.OBJECT)
        .addProperty("code", schema(SchemaType.INTEGER))
        .addProperty("meta", meta)
        .addProperty("data", array(ofLists ? array(element) : element));
  }

  private static Schema schema(Class<?> type) {
    if (type.isArray()) {
      return array(schema(type.getComponentType()));
    }
    return schema(
        type == String.class
            ? SchemaType.STRING
            : type == Boolean.class ? SchemaType.BOOLEAN : SchemaType.INTEGER);
  }

  static Schema schema(SchemaType type) {
    return OASFactory.createSchema().type(List.of(type));
  }

  private static Schema array(Schema items) {
    return schema(SchemaType.ARRAY).items(items);
  }
}
