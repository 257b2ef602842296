package io.shiplog.events.kind.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.annotations.SerializedName;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.Quantity;
import io.shiplog.events.json.Json;
import io.swagger.annotations.ApiModel;
import io.swagger.annotations.ApiModelProperty;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the resource {@code openapi.json} of the kind package out of the model classes of the official Java client: names,
 * types, requiredness and descriptions are theirs, the order of fields is that of {@link DeclarationOrder}; what lists merge by comes from {@code list-semantics.txt}, defaults from
 * {@code defaults.txt}, and the kinds that
 * Kubernetes does not have from {@code *.schema.json} beside their classes. {@code SchemasTest} writes it with {@code -Dcatalogue.write=true}.
 */
public final class SchemaGenerator {
    static final String MODELS = "io.kubernetes.client.openapi.models.";
    private static final String REF = "#/components/schemas/";
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Path KINDS =
            Path.of("..", "command-side", "src", "main", "java", "io", "shiplog", "command", "kind");

    /** Fields that carry microseconds; the client has one type for both kinds of time. */
    private static final Set<String> MICRO_TIMES =
            Set.of("LeaseSpec.acquireTime", "LeaseSpec.renewTime", "Event.eventTime", "EventSeries.lastObservedTime");

    private static final String JSON_SCHEMA = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON";
    private static final String RAW = "io.k8s.apimachinery.pkg.runtime.RawExtension";

    /** Fields of free form, for which the client has {@code Object}, and what they are called. */
    private static final Map<String, String> FREE = Map.of(
            "JSONSchemaProps.default", JSON_SCHEMA,
            "JSONSchemaProps.example", JSON_SCHEMA,
            "JSONSchemaProps.items", JSON_SCHEMA + "SchemaPropsOrArray",
            "JSONSchemaProps.additionalItems", JSON_SCHEMA + "SchemaPropsOrBool",
            "JSONSchemaProps.additionalProperties", JSON_SCHEMA + "SchemaPropsOrBool",
            "ControllerRevision.data", RAW,
            "AllocatedDeviceStatus.data", RAW,
            "OpaqueDeviceConfiguration.parameters", RAW);

    private final TreeMap<String, ObjectNode> schemas = new TreeMap<>();
    private final Map<String, Semantics> semantics = Semantics.read();
    private final Map<String, JsonNode> defaults = Semantics.defaults();
    private final Set<Class<?>> seen = new HashSet<>();
    private final Deque<Class<?>> left = new ArrayDeque<>();

    /** The resource's text: one JSON object, one schema a line, in the order of names. */
    public String generate() {
        for (Root root : Root.ALL) {
            visit(root.model());
        }
        while (!left.isEmpty()) {
            Class<?> model = left.remove();
            schemas.put(SchemaNames.of(model), schema(model));
        }
        for (Root root : Root.ALL) {
            markKind(root);
        }
        addWellKnown();
        addFree();
        addOwn();
        semantics.keySet().forEach(this::checkKnown);
        defaults.keySet().forEach(this::checkKnown);
        return schemas.entrySet().stream()
                .map(e -> JSON.textNode(e.getKey()) + ":" + Json.of(e.getValue()))
                .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
    }

    private void markKind(Root root) {
        ObjectNode schema = schemas.get(SchemaNames.of(root.model()));
        if (schema == null) {
            throw new IllegalStateException("no schema for " + root);
        }
        schema.putArray("x-kubernetes-group-version-kind")
                .addObject()
                .put("group", root.group())
                .put("kind", root.kind())
                .put("version", root.version());
    }

    private void checkKnown(String path) {
        ObjectNode whole = schemas.get(path);
        int dot = path.lastIndexOf('.');
        ObjectNode owner = schemas.get(path.substring(0, dot));
        if (whole == null && (owner == null || !owner.path("properties").has(path.substring(dot + 1)))) {
            throw new IllegalStateException("list-semantics.txt or defaults.txt names what no schema has: " + path);
        }
    }

    private void addWellKnown() {
        schemas.put(
                "io.k8s.apimachinery.pkg.api.resource.Quantity",
                oneOf("string", "number")
                        .put(
                                "description",
                                "Quantity is a fixed-point number: a decimal with one of the suffixes n u m k M G T"
                                        + " P E, Ki Mi Gi Ti Pi Ei, or an exponent as in 1e3."));
        schemas.put(
                "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
                oneOf("integer", "string")
                        .put("description", "IntOrString is either a whole number or a string.")
                        .put("format", "int-or-string"));
        schemas.put(META + "Time", text("Time is a moment in RFC 3339 with seconds.", "date-time"));
        schemas.put(META + "MicroTime", text("MicroTime is a moment in RFC 3339 with microseconds.", "date-time"));
        schemas.put(
                META + "FieldsV1",
                JSON.objectNode()
                        .put("description", "FieldsV1 is a set of fields as a tree of f:<name>, k:<keys>, v:<value>.")
                        .put("type", "object"));
    }

    /** What custom kinds say of themselves: values of any form. */
    private void addFree() {
        for (String form : List.of("", "SchemaPropsOrArray", "SchemaPropsOrBool", "SchemaPropsOrStringArray")) {
            schemas.put(JSON_SCHEMA + form, JSON.objectNode().put("description", "Any JSON value that is valid here."));
        }
        schemas.put(
                RAW,
                JSON.objectNode()
                        .put("description", "An object of another version.")
                        .put("type", "object"));
    }

    /** The kinds that Kubernetes does not have: each has its schemas beside its class. */
    private void addOwn() {
        try (Stream<Path> files = Files.walk(KINDS)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".schema.json"))
                    .toList()) {
                Json.MAPPER
                        .readTree(Files.readString(file))
                        .properties()
                        .forEach(each -> schemas.put(each.getKey(), (ObjectNode) each.getValue()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode text(String description, String format) {
        return JSON.objectNode()
                .put("description", description)
                .put("format", format)
                .put("type", "string");
    }

    private static ObjectNode oneOf(String... types) {
        ObjectNode schema = JSON.objectNode();
        ArrayNode either = schema.putArray("oneOf");
        for (String type : types) {
            either.addObject().put("type", type);
        }
        return schema;
    }

    static Class<?> model(String name) {
        try {
            return Class.forName(MODELS + name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private void visit(Class<?> model) {
        if (seen.add(model)) {
            left.add(model);
        }
    }

    private ObjectNode schema(Class<?> model) {
        ObjectNode schema = JSON.objectNode();
        ApiModel about = model.getAnnotation(ApiModel.class);
        if (about != null && !about.description().isEmpty()) {
            schema.put("description", about.description());
        }
        String name = SchemaNames.simple(model);
        TreeMap<String, ObjectNode> properties = new TreeMap<>();
        for (Field field : model.getDeclaredFields()) {
            SerializedName serialized = field.getAnnotation(SerializedName.class);
            if (serialized != null && !Modifier.isStatic(field.getModifiers())) {
                properties.put(serialized.value(), property(model, name, field, serialized.value()));
            }
        }
        if (!properties.isEmpty()) {
            ObjectNode ordered = schema.putObject("properties");
            DeclarationOrder.of(SchemaNames.of(model), properties.keySet())
                    .forEach(each -> ordered.set(each, properties.get(each)));
        }
        List<String> required = required(model);
        if (!required.isEmpty()) {
            ArrayNode array = schema.putArray("required");
            required.forEach(array::add);
        }
        schema.put("type", "object");
        Semantics whole = semantics.get(SchemaNames.of(model));
        if (whole != null) {
            whole.markMap(schema);
        }
        return schema;
    }

    private ObjectNode property(Class<?> model, String owner, Field field, String jsonName) {
        ObjectNode property = JSON.objectNode();
        String description = description(model, field);
        if (description != null) {
            property.put("description", description);
        }
        if (MICRO_TIMES.contains(owner + "." + jsonName)) {
            property.putArray("allOf").addObject().put("$ref", REF + META + "MicroTime");
        } else if (FREE.containsKey(owner + "." + jsonName)) {
            property.putArray("allOf").addObject().put("$ref", REF + FREE.get(owner + "." + jsonName));
        } else if (jsonName.equals("fieldsV1")) {
            property.putArray("allOf").addObject().put("$ref", REF + META + "FieldsV1");
        } else {
            property.setAll(type(field.getGenericType()));
        }
        JsonNode value = defaults.get(SchemaNames.of(model) + "." + jsonName);
        if (value != null) {
            property.set("default", value);
        }
        Semantics lists = semantics.get(SchemaNames.of(model) + "." + jsonName);
        if (lists != null) {
            lists.mark(property);
        }
        return property;
    }

    private ObjectNode type(Type type) {
        ObjectNode node = JSON.objectNode();
        if (type instanceof ParameterizedType generic) {
            if (generic.getRawType() == List.class) {
                node.set("items", type(generic.getActualTypeArguments()[0]));
                return node.put("type", "array");
            }
            if (generic.getRawType() == Map.class) {
                node.set("additionalProperties", type(generic.getActualTypeArguments()[1]));
                return node.put("type", "object");
            }
        }
        if (type == String.class) {
            return node.put("type", "string");
        } else if (type == Boolean.class) {
            return node.put("type", "boolean");
        } else if (type == Integer.class) {
            return node.put("format", "int32").put("type", "integer");
        } else if (type == Long.class) {
            return node.put("format", "int64").put("type", "integer");
        } else if (type == Double.class) {
            return node.put("format", "double").put("type", "number");
        } else if (type == byte[].class) {
            return node.put("format", "byte").put("type", "string");
        } else if (type == Object.class) {
            return node.put("type", "object");
        }
        node.putArray("allOf").addObject().put("$ref", REF + reference((Class<?>) type));
        return node;
    }

    private String reference(Class<?> type) {
        if (type == Quantity.class) {
            return "io.k8s.apimachinery.pkg.api.resource.Quantity";
        } else if (type == IntOrString.class) {
            return "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
        } else if (type == OffsetDateTime.class) {
            return META + "Time";
        }
        if (!type.getName().startsWith(MODELS)) {
            throw new IllegalStateException("no schema for " + type);
        }
        visit(type);
        return SchemaNames.of(type);
    }

    private static @Nullable String description(Class<?> model, Field field) {
        String getter = "get" + field.getName().replace("_", "");
        for (Method method : model.getDeclaredMethods()) {
            ApiModelProperty about = method.getAnnotation(ApiModelProperty.class);
            if (about != null && method.getName().equalsIgnoreCase(getter)) {
                return about.value().isEmpty() ? null : about.value();
            }
        }
        ApiModel type = field.getType().getAnnotation(ApiModel.class);
        return type == null ? null : type.description();
    }

    @SuppressWarnings("unchecked")
    private static List<String> required(Class<?> model) {
        try {
            return ((Set<String>) model.getField("openapiRequiredFields").get(null))
                    .stream().sorted().toList();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
