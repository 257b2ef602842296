package io.shiplog.command.kind.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Schema;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.log.ChangeType;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The JSON Schemas (2020-12) of all events: a file per kind with one definition per thing that can happen to it, and three files
 * that these share.
 */
final class EventSchemas {
    static final String KUBERNETES = "kubernetes.json";
    static final String SEALED = "sealed.json";
    static final String HEADERS = "headers.json";

    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
    private static final String OPEN_API_REF = "#/components/schemas/";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private EventSchemas() {}

    /** Every file by its name. */
    static TreeMap<String, ObjectNode> files(Collection<KindDescription> kinds) {
        TreeMap<String, ObjectNode> files = new TreeMap<>();
        files.put(KUBERNETES, kubernetes(kinds));
        files.put(SEALED, sealed());
        files.put(HEADERS, headers());
        kinds.forEach(kind -> files.put(file(kind), ofKind(kind)));
        return files;
    }

    static String file(KindDescription kind) {
        return kind.singular() + ".json";
    }

    /** Where the schema of an event's value is, seen from the folder of the schemas. */
    static String place(KindDescription kind, ChangeType change) {
        return file(kind) + "#/$defs/" + change.word();
    }

    private static ObjectNode document(String title, String description) {
        return JSON.objectNode().put("$schema", DIALECT).put("title", title).put("description", description);
    }

    private static ObjectNode ref(String to) {
        return JSON.objectNode().put("$ref", to);
    }

    private static ObjectNode ofKind(KindDescription kind) {
        boolean accessed =
                Arrays.stream(ChangeType.values()).anyMatch(each -> each.isAccess() && each.canHappenTo(kind));
        ObjectNode schema = document(
                kind.kind(),
                "The value of every event of a %s: the whole object after the change; of a deleted one, its last state%s."
                        .formatted(
                                kind.kind(), accessed ? "; of an access event, its identity and an annotation" : ""));
        ArrayNode either = schema.putArray("anyOf");
        either.add(ref("#/$defs/object"));
        either.add(ref(SEALED));
        ObjectNode definitions = schema.putObject("$defs");
        definitions.set("object", object(kind));
        for (ChangeType change : ChangeType.values()) {
            if (change.canHappenTo(kind)) {
                definitions.set(change.word(), after(change));
            }
        }
        return schema;
    }

    private static ObjectNode object(KindDescription kind) {
        String name = schemaOf(kind).name();
        ObjectNode more = JSON.objectNode();
        ObjectNode properties = more.put("type", "object").putObject("properties");
        properties.putObject("apiVersion").put("const", kind.apiVersion());
        properties.putObject("kind").put("const", kind.kind());
        require(properties.putObject("metadata"), "name", "uid", "resourceVersion", "creationTimestamp");
        require(more, "apiVersion", "kind", "metadata");
        ObjectNode object = JSON.objectNode();
        object.putArray("allOf").add(ref(KUBERNETES + "#/$defs/" + name)).add(more);
        return object;
    }

    private static void require(ObjectNode schema, String... names) {
        ArrayNode required = schema.putArray("required");
        List.of(names).forEach(required::add);
    }

    /** What holds for an object after this change, unless it is encrypted. */
    private static ObjectNode after(ChangeType change) {
        ObjectNode schema = JSON.objectNode().put("description", change.meaning());
        ArrayNode all = schema.putArray("allOf");
        all.add(ref("#"));
        ObjectNode seen = whatIsSeen(change);
        if (!seen.isEmpty()) {
            ObjectNode unlessSealed = all.addObject();
            require(unlessSealed.putObject("if"), "sealed");
            unlessSealed.putObject("then");
            unlessSealed.set("else", seen);
        }
        return schema;
    }

    private static ObjectNode whatIsSeen(ChangeType change) {
        return switch (change) {
            case DELETION_REQUESTED -> at(JSON.objectNode(), "metadata", "deletionTimestamp");
            case SCHEDULED -> at(JSON.objectNode().put("minLength", 1), "spec", "nodeName");
            case STARTED -> at(constant("Running"), "status", "phase");
            case SUCCEEDED -> at(constant("Succeeded"), "status", "phase");
            case FAILED -> at(constant("Failed"), "status", "phase");
            case RESTARTED -> at(JSON.objectNode().put("minItems", 1), "status", "containerStatuses");
            case STREAM_OPENED ->
                at(JSON.objectNode().put("minLength", 1), "metadata", "annotations", "shiplog.io/stream-opened");
            case TOKEN_ISSUED ->
                at(JSON.objectNode().put("minLength", 1), "metadata", "annotations", "shiplog.io/token-issued");
            case RESIZED -> at(JSON.objectNode(), "spec", "containers");
            case CONTAINER_ADDED -> at(JSON.objectNode().put("minItems", 1), "spec", "ephemeralContainers");
            case CORDONED -> at(constant(true), "spec", "unschedulable");
            case UNCORDONED -> not(at(constant(true), "spec", "unschedulable"));
            case READY -> ready();
            case UNREADY -> not(ready());
            case ACQUIRED -> at(JSON.objectNode().put("minLength", 1), "spec", "holderIdentity");
            case RELEASED -> not(at(JSON.objectNode().put("minLength", 1), "spec", "holderIdentity"));
            case PAUSED -> at(constant(true), "spec", "paused");
            case RESUMED -> not(at(constant(true), "spec", "paused"));
            case SCALED, TEMPLATE_CHANGED -> at(JSON.objectNode(), "spec");
            case CREATED, DELETED, RENEWED, RECURRED, MODIFIED, STATUS_CHANGED, LABELED, ANNOTATED -> JSON.objectNode();
        };
    }

    /** That there is something at a path, and what it is. */
    private static ObjectNode at(ObjectNode what, String... path) {
        ObjectNode schema = what;
        for (String name : List.of(path).reversed()) {
            ObjectNode around = JSON.objectNode();
            around.putObject("properties").set(name, schema);
            require(around, name);
            schema = around;
        }
        return schema;
    }

    private static ObjectNode constant(String value) {
        return JSON.objectNode().put("const", value);
    }

    private static ObjectNode constant(boolean value) {
        return JSON.objectNode().put("const", value);
    }

    private static ObjectNode not(ObjectNode what) {
        ObjectNode schema = JSON.objectNode();
        schema.set("not", what);
        return schema;
    }

    private static ObjectNode ready() {
        ObjectNode condition = JSON.objectNode();
        ObjectNode properties = condition.putObject("properties");
        properties.set("type", constant("Ready"));
        properties.set("status", constant("True"));
        require(condition, "type", "status");
        ObjectNode conditions = JSON.objectNode();
        conditions.set("contains", condition);
        return at(conditions, "status", "conditions");
    }

    private static Schema.Struct schemaOf(KindDescription kind) {
        return Objects.requireNonNull(Schemas.builtIn().of(kind), kind.kind());
    }

    /** Kubernetes' own types as far as the kinds need them, without descriptions: those are in the cluster's OpenAPI. */
    private static ObjectNode kubernetes(Collection<KindDescription> kinds) {
        JsonNode all = Schemas.openApi().tree();
        TreeSet<String> reached = new TreeSet<>();
        Deque<String> left = new ArrayDeque<>();
        kinds.forEach(kind -> left.add(schemaOf(kind).name()));
        while (!left.isEmpty()) {
            String name = left.remove();
            if (reached.add(name)) {
                all.path(name).findValues("$ref").stream()
                        .filter(JsonNode::isTextual)
                        .forEach(ref -> left.add(ref.asText().substring(OPEN_API_REF.length())));
            }
        }
        ObjectNode schema = document("Kubernetes", "The types of Kubernetes' API that the kinds are made of.");
        ObjectNode definitions = schema.putObject("$defs");
        reached.forEach(name -> definitions.set(
                name, withNulls(typeOf(all.path(name)), Schemas.builtIn().named(name))));
        return schema;
    }

    private static ObjectNode typeOf(JsonNode openApi) {
        ObjectNode type = openApi.deepCopy();
        type.remove(List.of("description", "x-kubernetes-group-version-kind"));
        for (JsonNode property : type.path("properties")) {
            ((ObjectNode) property).remove("description");
        }
        // A schema of schemas has a property with this name.
        type.findParents("$ref").stream()
                .filter(each -> each.path("$ref").isTextual())
                .forEach(each -> {
                    String name = each.path("$ref").asText().substring(OPEN_API_REF.length());
                    ((ObjectNode) each).set("$ref", TextNode.valueOf("#/$defs/" + name));
                });
        return type;
    }

    /** Go writes an empty list, map or time as null where it does not leave it out. */
    private static ObjectNode withNulls(ObjectNode type, Schema.@Nullable Struct struct) {
        for (Schema.Field field : struct == null ? List.<Schema.Field>of() : struct.written()) {
            if (isNullWhenEmpty(field.type())
                    && type.path("properties").get(field.name()) instanceof ObjectNode property) {
                ArrayNode either = JSON.arrayNode().add(property.deepCopy());
                either.addObject().put("type", "null");
                property.removeAll().set("anyOf", either);
            }
        }
        return type;
    }

    private static boolean isNullWhenEmpty(Schema type) {
        return type instanceof Schema.ListOf
                || type instanceof Schema.MapOf
                || type == Schema.Scalar.TIME
                || type == Schema.Scalar.MICRO_TIME;
    }

    private static ObjectNode sealed() {
        ObjectNode schema = document(
                "Sealed object",
                "What stands in the log in place of an object whose kind is encrypted at rest (Secrets): enough to know which"
                        + " one it is, and a text in which the whole of it is, for those who hold the key.");
        ObjectNode properties = schema.put("type", "object").putObject("properties");
        properties
                .putObject("sealed")
                .put("type", "string")
                .put("pattern", "^shiplog:sealed:v1:[^:]+:[A-Za-z0-9+/]+={0,2}$")
                .put("description", "the form, the data key's id, the box in base64");
        properties.putObject("apiVersion").put("type", "string");
        properties.putObject("kind").put("type", "string");
        ObjectNode metadata = properties.putObject("metadata");
        metadata.put("type", "object");
        require(metadata, "name", "uid", "resourceVersion");
        properties.putObject("data").put("not", true);
        properties.putObject("stringData").put("not", true);
        require(schema, "sealed", "apiVersion", "kind", "metadata");
        return schema;
    }

    private static ObjectNode headers() {
        ObjectNode schema = document(
                "Headers",
                "The headers of every event's record, as text: CloudEvents' attributes in Kafka's binary mode. There may be more"
                        + " in later versions.");
        ObjectNode properties = schema.put("type", "object").putObject("properties");
        text(properties, "ce_specversion", "^1\\.0$", "CloudEvents' version");
        text(properties, "ce_id", "^[a-z0-9-]+/[1-9][0-9]*$", "shard and revision: events/42");
        text(properties, "ce_source", "^/clusters/[a-z0-9-]+$", "the cluster");
        text(properties, "ce_type", "^io\\.shiplog\\.([a-z0-9-]+\\.)+[a-z0-9-]+\\.v[1-9][0-9]*$", "what happened");
        text(properties, "ce_subject", "^/(api|apis)/", "the object's path in the API");
        text(properties, "ce_time", "^[0-9T:.-]+Z$", "when it was decided, by the writer's clock, RFC 3339 in UTC")
                .put("format", "date-time");
        text(properties, "content-type", "^application/json$", "of the value");
        text(properties, "ce_revision", "^[1-9][0-9]*$", "place in the shard; the object's resourceVersion");
        text(properties, "ce_epoch", "^[1-9][0-9]*$", "of the claim under which it was written");
        text(properties, "ce_previous", "^[0-9]+$", "revision of the same object's event before; 0 if there is none");
        text(properties, "ce_actor", ".", "the user who asked");
        text(properties, "ce_impersonator", ".", "the user who really sent the request, in the name of ce_actor");
        text(properties, "ce_verb", "^[a-z]+$", "the operation: create, update, patch, delete, bind, evict");
        text(properties, "ce_commandid", ".", "the command");
        text(properties, "ce_causationid", "^[a-z0-9-]+/[1-9][0-9]*$", "ce_id of the event that made a controller ask");
        text(properties, "ce_correlationid", ".", "the user's command at the root");
        text(properties, "ce_node", ".", "node of a pod that has one");
        text(properties, "ce_chain", "^[0-9a-f]{64}$", "SHA-256 over the event and the link before");
        require(
                schema,
                "ce_specversion",
                "ce_id",
                "ce_source",
                "ce_type",
                "ce_subject",
                "ce_time",
                "content-type",
                "ce_revision",
                "ce_epoch",
                "ce_actor",
                "ce_verb",
                "ce_commandid",
                "ce_correlationid",
                "ce_chain");
        return schema;
    }

    private static ObjectNode text(ObjectNode properties, String name, String pattern, String description) {
        return properties
                .putObject(name)
                .put("type", "string")
                .put("pattern", pattern)
                .put("description", description);
    }
}
