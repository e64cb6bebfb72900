package io.nanomq.api.document;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import io.nanomq.api.list.Columns;
import io.nanomq.api.list.Page;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/**
 * Schemas of the API's records, with the names and the order in which Jackson writes them. Records
 * are put among the document's components.
 */
final class JsonSchemas {
  private final Components components;

  JsonSchemas(Components components) {
    this.components = components;
  }

  /** The schema of a type, or a reference to it. */
  Schema of(Class<?> type) {
    return of(Columns.MAPPER.constructType(type));
  }

  private Schema of(JavaType type) {
    if (type.isMapLikeType()) {
      return schema(SchemaType.OBJECT);
    }
    if (type.isContainerType()) {
      return array(of(type.getContentType()));
    }
    if (type.getRawClass().isRecord()) {
      return record(type);
    }
    return simple(type.getRawClass());
  }

  private static Schema simple(Class<?> type) {
    if (type == int.class || type == Integer.class) {
      return schema(SchemaType.INTEGER).format("int32");
    }
    if (type == long.class || type == Long.class) {
      return schema(SchemaType.INTEGER).format("int64");
    }
    if (type == boolean.class) {
      return schema(SchemaType.BOOLEAN);
    }
    return schema(type == String.class ? SchemaType.STRING : SchemaType.OBJECT);
  }

  private Schema record(JavaType type) {
    String name = type.getRawClass().getSimpleName();
    Map<String, Schema> there = components.getSchemas();
    if (there == null || !there.containsKey(name)) {
      Schema schema = schema(SchemaType.OBJECT);
      components.addSchema(name, schema);
      var config = Columns.MAPPER.getSerializationConfig();
      for (BeanPropertyDefinition each : config.introspect(type).findProperties()) {
        schema.addProperty(each.getName(), of(each.getPrimaryType()));
      }
    }
    return OASFactory.createSchema().ref("#/components/schemas/" + name);
  }

  static Schema array(Schema items) {
    return schema(SchemaType.ARRAY).items(items);
  }

  /** {@code {"code":0,"data":...}}, with {@code meta} in between where there may be one. */
  Schema wrapped(Schema data, boolean isPaged) {
    Schema schema = schema(SchemaType.OBJECT).addProperty("code", schema(SchemaType.INTEGER));
    if (isPaged) {
      schema.addProperty("meta", of(Page.Meta.class));
    }
    return schema.addProperty("data", data).addRequired("code").addRequired("data");
  }

  static Schema schema(SchemaType type) {
    return OASFactory.createSchema().addType(type);
  }
}
