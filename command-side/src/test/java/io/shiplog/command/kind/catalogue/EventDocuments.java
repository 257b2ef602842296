package io.shiplog.command.kind.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.EventVerb;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the files below docs/events: an AsyncAPI document that lists every event of every built-in kind, and the JSON Schemas that
 * it refers to; and the table of words in docs/events.md.
 *
 * @see <a href="https://www.asyncapi.com/docs/reference/specification/v3.0.0">AsyncAPI 3.0.0</a>
 */
final class EventDocuments {
    static final String ASYNC_API = "asyncapi.json";
    static final String SCHEMAS = "schemas/";

    private static final String MESSAGES = "#/components/messages/";
    private static final String CLAIM = "io.shiplog.writer.claimed.v1";
    private static final Pattern VERSION = Pattern.compile("\\.v[0-9]+$");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Shard by shard, what its topic is for. */
    private static final Map<String, String> SHARDS = new TreeMap<>(Map.of(
            "events", "Everything that has no topic of its own; kept for ever.",
            "leases", "Heartbeats and elections (Lease objects); the last six hours.",
            "happenings", "Kubernetes' Event objects; the last week, or as up --event-history says."));

    private EventDocuments() {}

    /** The kinds whose objects are stored; a kind that is another form of one has no events of its own. */
    static List<KindDescription> kinds() {
        return BuiltInKinds.catalogue().all().stream()
                .filter(kind -> kind.type().equals(kind.storedAs()))
                .toList();
    }

    /** Every file by its path below docs/events. */
    static TreeMap<String, String> files() {
        TreeMap<String, String> files = new TreeMap<>();
        files.put(ASYNC_API, text(asyncApi()));
        EventSchemas.files(kinds()).forEach((name, schema) -> files.put(SCHEMAS + name, text(schema)));
        return files;
    }

    /** The table of words in docs/events.md. */
    static String table() {
        return Arrays.stream(ChangeType.values())
                .map(each -> "| `%s` | %s | %s |%n".formatted(each.word(), each.kinds(), each.meaning()))
                .collect(Collectors.joining("", "| Word | Kinds | What happened |\n|---|---|---|\n", ""));
    }

    /** The table of verbs in docs/events.md. */
    static String verbs() {
        return Arrays.stream(EventVerb.values())
                .map(each -> "| `%s` | %s |%n".formatted(each.word(), each.meaning()))
                .collect(Collectors.joining("", "| Verb | What was done |\n|---|---|\n", ""));
    }

    private static String text(JsonNode document) {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentArraysWith(new DefaultIndenter("  ", "\n"));
        printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        try {
            return Json.MAPPER.writer(printer).writeValueAsString(document) + "\n";
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode asyncApi() {
        ObjectNode document = JSON.objectNode().put("asyncapi", "3.0.0");
        document.putObject("info")
                .put("title", "The events of a Shiplog cluster")
                .put("version", "1.0.0")
                .put(
                        "description",
                        "Everything that happens in a cluster, as CloudEvents on Kafka. What is promised about them: docs/subscribe.md."
                                + " Made from the code; do not edit.")
                .putObject("license")
                .put("name", "Apache-2.0");
        document.put("defaultContentType", "application/json");
        servers(document.putObject("servers"));
        ObjectNode channels = document.putObject("channels");
        ObjectNode operations = document.putObject("operations");
        SHARDS.forEach((shard, about) -> {
            channels.set(shard, channel(shard, about));
            ObjectNode operation = operations.putObject("tell-" + shard);
            operation
                    .put("action", "send")
                    .put("summary", "The cluster publishes a change.")
                    .putObject("channel")
                    .put("$ref", "#/channels/" + shard);
        });
        ObjectNode components = document.putObject("components");
        components
                .putObject("securitySchemes")
                .putObject("subscriber")
                .put("type", "X509")
                .put(
                        "description",
                        "Of an all-in-one cluster: mutual TLS 1.3 with the certificate that './shiplog subscriber add NAME' issues. It may read"
                                + " these channels and use the consumer groups NAME and NAME.*; nothing else. On an external Kafka: as its"
                                + " administrators say.");
        ObjectNode messages = components.putObject("messages");
        messages.set(CLAIM, claim());
        for (KindDescription kind : kinds()) {
            for (ChangeType change : ChangeType.values()) {
                if (change.canHappenTo(kind)) {
                    messages.set(change.to(kind).toString(), message(kind, change));
                }
            }
        }
        return document;
    }

    private static void servers(ObjectNode servers) {
        ObjectNode broker = servers.putObject("broker");
        broker.put("host", "{bootstrap}")
                .put("protocol", "kafka-secure")
                .put(
                        "description",
                        "The cluster's broker, or the Kafka cluster that its parts were given with --kafka.");
        broker.putArray("security").addObject().put("$ref", "#/components/securitySchemes/subscriber");
        broker.putObject("variables")
                .putObject("bootstrap")
                .put("default", "127.0.0.1:9092")
                .put("description", "of an all-in-one cluster: bootstrap.servers in the subscriber's file");
    }

    private static ObjectNode channel(String shard, String about) {
        ObjectNode channel =
                JSON.objectNode().put("address", "{cluster}." + shard).put("description", about);
        channel.putObject("parameters")
                .putObject("cluster")
                .put("default", "shiplog")
                .put("description", "the cluster's name");
        ObjectNode messages = channel.putObject("messages");
        messages.putObject(CLAIM).put("$ref", MESSAGES + CLAIM);
        for (KindDescription kind : kinds()) {
            for (ChangeType change : ChangeType.values()) {
                if (kind.shard().equals(shard) && change.canHappenTo(kind)) {
                    String type = change.to(kind).toString();
                    messages.putObject(type).put("$ref", MESSAGES + type);
                }
            }
        }
        channel.putObject("bindings").putObject("kafka").put("partitions", 1).put("bindingVersion", "0.5.0");
        return channel;
    }

    private static ObjectNode message(KindDescription kind, ChangeType change) {
        String type = change.to(kind).toString();
        ObjectNode message = JSON.objectNode()
                .put("name", type)
                .put("title", kind.kind() + " " + change.word())
                .put("summary", change.meaning());
        ObjectNode headers = message.putObject("headers");
        headers.putArray("allOf")
                .add(JSON.objectNode().put("$ref", SCHEMAS + EventSchemas.HEADERS))
                .add(isOfType(Stream.of(type, VERSION.matcher(type).replaceFirst(".v1"), olderType(kind, change))
                        .distinct()
                        .toArray(String[]::new)));
        message.putObject("payload").put("$ref", SCHEMAS + EventSchemas.place(kind, change));
        key(
                message,
                "^%s/%s/[^/]*/[^/]+$".formatted(kind.type().group(), kind.type().resource()));
        return message;
    }

    /** The same type in records that were written before types named the group. */
    private static String olderType(KindDescription kind, ChangeType change) {
        return "io.shiplog.%s.%s.v1".formatted(kind.kind().toLowerCase(Locale.ROOT), change.word());
    }

    private static ObjectNode isOfType(String... any) {
        ObjectNode schema = JSON.objectNode().put("type", "object");
        ArrayNode types = schema.putObject("properties").putObject("ce_type").putArray("enum");
        List.of(any).forEach(types::add);
        return schema;
    }

    private static void key(ObjectNode message, String pattern) {
        message.putObject("bindings")
                .putObject("kafka")
                .put("bindingVersion", "0.5.0")
                .putObject("key")
                .put("type", "string")
                .put("pattern", pattern);
    }

    private static ObjectNode claim() {
        ObjectNode message = JSON.objectNode()
                .put("name", CLAIM)
                .put("title", "Writer claimed")
                .put(
                        "summary",
                        "A writer took the topic, or says again that it has it. No event: it says which records count.");
        ObjectNode headers = isOfType(CLAIM);
        ((ObjectNode) headers.path("properties"))
                .putObject("ce_epoch")
                .put("type", "string")
                .put("pattern", "^[1-9][0-9]*$")
                .put(
                        "description",
                        "from here on the records of this epoch count, unless a higher one was seen before");
        headers.putArray("required").add("ce_type").add("ce_epoch");
        message.set("headers", headers);
        message.putObject("payload").put("type", "object");
        key(message, "^writer$");
        return message;
    }
}
