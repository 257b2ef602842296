package io.shiplog.events.kind;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Builds the compact form of schemas from their OpenAPI text. */
final class SchemaReader {
    private static final String REF = "#/components/schemas/";

    /** Values of any form, in what custom kinds say of themselves. */
    private static final String JSON = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON";

    /** Named API types that are not structs. */
    private static final Map<String, Schema.Scalar> NAMED = Map.ofEntries(
            Map.entry("io.k8s.apimachinery.pkg.api.resource.Quantity", Schema.Scalar.QUANTITY),
            Map.entry("io.k8s.apimachinery.pkg.util.intstr.IntOrString", Schema.Scalar.INT_OR_STRING),
            Map.entry("io.k8s.apimachinery.pkg.apis.meta.v1.Time", Schema.Scalar.TIME),
            Map.entry("io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime", Schema.Scalar.MICRO_TIME),
            Map.entry("io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1", Schema.Scalar.ANY),
            Map.entry("io.k8s.apimachinery.pkg.runtime.RawExtension", Schema.Scalar.ANY),
            Map.entry(JSON, Schema.Scalar.ANY),
            Map.entry(JSON + "SchemaPropsOrArray", Schema.Scalar.SCHEMA_OR_LIST),
            Map.entry(JSON + "SchemaPropsOrBool", Schema.Scalar.SCHEMA_OR_BOOLEAN),
            Map.entry(JSON + "SchemaPropsOrStringArray", Schema.Scalar.SCHEMA_OR_TEXTS));

    private final Map<String, Schema.Struct> structs = new HashMap<>();

    /** By schema and field, with a space between. */
    private final Map<String, Schema.InGo> inGo;

    private SchemaReader(Map<String, Schema.InGo> inGo) {
        this.inGo = inGo;
    }

    /**
     * @param goTypes a field a line: schema, field, embedded structs, type; {@code -} for none
     * @param goZeros a schema a line, with its fields that leave out their zero value ({@code -field}) or write it always ({@code +field})
     */
    static Schemas read(Json openApi, Stream<String> goTypes, Stream<String> goZeros) {
        Map<String, Schema.InGo> inGo = new HashMap<>();
        goZeros.filter(line -> !line.startsWith("#")).forEach(line -> {
            String[] parts = line.split(" ");
            for (String field : List.of(parts).subList(1, parts.length)) {
                Schema.Zero zero = field.startsWith("+") ? Schema.Zero.WRITTEN : Schema.Zero.OMITTED;
                inGo.put(parts[0] + " " + field.substring(1), new Schema.InGo("", "", zero));
            }
        });
        goTypes.filter(line -> !line.startsWith("#")).forEach(line -> {
            String[] parts = line.split(" ");
            inGo.merge(
                    parts[0] + " " + parts[1],
                    new Schema.InGo(given(parts[2]), given(parts[3]), Schema.Zero.KEPT),
                    (known, named) -> new Schema.InGo(named.through(), named.type(), known.zero()));
        });
        return new SchemaReader(inGo).schemas(openApi.tree());
    }

    private static String given(String part) {
        return part.equals("-") ? "" : part;
    }

    private Schemas schemas(JsonNode all) {
        all.properties().forEach(e -> {
            if (!NAMED.containsKey(e.getKey())) {
                structs.put(e.getKey(), struct(e.getKey(), e.getValue()));
            }
        });
        Map<Schemas.GroupVersionKind, Schema.Struct> byKind = new HashMap<>();
        structs.forEach((name, struct) -> {
            JsonNode schema = all.path(name);
            struct.complete(fields(name, schema.path("properties")));
            for (JsonNode gvk : schema.path("x-kubernetes-group-version-kind")) {
                byKind.put(
                        new Schemas.GroupVersionKind(
                                gvk.path("group").asText(),
                                gvk.path("version").asText(),
                                gvk.path("kind").asText()),
                        struct);
            }
        });
        return new Schemas(structs, byKind);
    }

    private static Schema.Struct struct(String name, JsonNode schema) {
        return new Schema.Struct(
                name,
                schema.path("x-kubernetes-map-type").asText().equals("atomic"),
                new HashSet<>(texts(schema.path("required"))));
    }

    private Map<String, Schema.Field> fields(String struct, JsonNode properties) {
        Map<String, Schema.Field> fields = new LinkedHashMap<>();
        properties.properties().forEach(e -> fields.put(e.getKey(), field(struct, e.getKey(), e.getValue())));
        return fields;
    }

    private Schema.Field field(String struct, String name, JsonNode property) {
        String strategies = property.path("x-kubernetes-patch-strategy").asText();
        String listType = textOrNull(property.path("x-kubernetes-list-type"));
        return new Schema.Field(
                name,
                type(property),
                strategies.isEmpty() ? Set.of() : Set.of(strategies.split(",")),
                textOrNull(property.path("x-kubernetes-patch-merge-key")),
                listType != null ? listType : textOrNull(property.path("x-kubernetes-map-type")),
                texts(property.path("x-kubernetes-list-map-keys")),
                property.get("default"),
                inGo.getOrDefault(struct + " " + name, Schema.InGo.AS_SCHEMA));
    }

    private Schema type(JsonNode property) {
        JsonNode reference = property.path("allOf").path(0).path("$ref");
        if (reference.isTextual()) {
            return referred(reference.asText().substring(REF.length()));
        }
        String format = property.path("format").asText();
        String type = property.path("type").asText();
        return switch (type) {
            case "array" -> new Schema.ListOf(type(property.path("items")));
            case "object" ->
                property.has("additionalProperties")
                        ? new Schema.MapOf(type(property.path("additionalProperties")))
                        : Schema.Scalar.ANY;
            case "string" -> format.equals("byte") ? Schema.Scalar.BYTES : Schema.Scalar.STRING;
            case "boolean" -> Schema.Scalar.BOOLEAN;
            case "integer" -> format.equals("int32") ? Schema.Scalar.INT32 : Schema.Scalar.INT64;
            case "number" -> Schema.Scalar.NUMBER;
            default -> throw new IllegalArgumentException("not a type of the schema language: " + type);
        };
    }

    private Schema referred(String name) {
        Schema.Scalar named = NAMED.get(name);
        Schema found = named != null ? named : structs.get(name);
        if (found == null) {
            throw new IllegalArgumentException("a reference to no schema: " + name);
        }
        return found;
    }

    private static @Nullable String textOrNull(JsonNode node) {
        return node.isTextual() ? node.asText() : null;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(item -> texts.add(item.asText()));
        return texts;
    }
}
