package io.nanomq.api.document;

import io.nanomq.api.list.Columns;
import io.nanomq.api.list.ListShape;
import io.nanomq.api.list.Page;
import io.nanomq.api.list.QueryFilter;
import io.nanomq.api.list.SortKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** Adds to an operation the query parameters that its method reads from the request itself. */
final class ApiParameters {
  private static final Map<String, String> DECLARED =
      Map.of(
          "format",
          "YAML where it is not given",
          "clientid",
          "Client identifier, percent-encoded",
          "username",
          "User name, percent-encoded",
          "action",
          "restart or stop, in any case",
          "topic",
          "Topic or filter",
          Page.LIMIT,
          "Elements on a page, fewer than of other lists",
          "session",
          "keep or delete: whether the session ends, too",
          "dry_run",
          "true: tells what would change, and writes nothing");

  private final Operation operation;
  private final List<Parameter> all = new ArrayList<>();

  ApiParameters(Operation operation) {
    this.operation = operation;
    all.addAll(Objects.requireNonNullElse(operation.getParameters(), List.of()));
    all.forEach(each -> each.description(DECLARED.get(each.getName())));
  }

  void complete(ApiOperation told) {
    QueryFilter<?> filters = told.filters();
    if (filters != null) {
      filters
          .names()
          .forEach((name, words) -> add(name, filter(words), "Only those with this " + name));
    }
    ListShape<?, ?> list = told.list();
    if (list != null) {
      paging(list);
    }
    operation.parameters(all.isEmpty() ? null : all);
  }

  private void paging(ListShape<?, ?> list) {
    Schema number = JsonSchemas.schema(SchemaType.INTEGER);
    add(Page.PAGE, number, "Number of the page, from 1");
    add(Page.LIMIT, number, "Elements on a page, 1 to " + Page.MAX_LIMIT);
    List<String> fields = list.columns().names();
    List<String> keys = list.sortKeys().names();
    if (!keys.isEmpty()) {
      List<Object> both = new ArrayList<>(keys);
      keys.forEach(key -> both.add("-" + key));
      Schema words = JsonSchemas.schema(SchemaType.STRING);
      words.setEnumeration(both);
      add(SortKeys.SORT, words, "Field to sort by, with - from the last to the first");
    }
    add(
        Columns.FIELDS,
        JsonSchemas.schema(SchemaType.STRING),
        "Fields to answer, separated by commas: " + String.join(",", fields));
  }

  private static Schema filter(@Nullable List<String> words) {
    Schema schema = JsonSchemas.schema(SchemaType.STRING);
    if (words != null) {
      schema.setEnumeration(new ArrayList<>(words));
    }
    return schema;
  }

  private void add(String name, Schema schema, String description) {
    if (all.stream().anyMatch(each -> name.equals(each.getName()))) {
      return;
    }
    all.add(
        OASFactory.createParameter()
            .name(name)
            .in(Parameter.In.QUERY)
            .schema(schema)
            .description(description));
  }
}
