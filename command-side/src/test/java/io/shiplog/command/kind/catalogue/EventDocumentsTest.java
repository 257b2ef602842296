package io.shiplog.command.kind.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.EventType;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * docs/events matches the code, is valid by AsyncAPI's own schema, and is true of events that a real cluster wrote ({@code
 * golden/recorded/events.jsonl}: one of each type from a day of kubectl). {@code -Dcatalogue.write=true} rewrites the files.
 */
class EventDocumentsTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Path FOLDER = DOCS.resolve("events");
    private static final String BASE = "https://shiplog.invalid/";
    private static final String TABLE_BEGINS = "<!-- %s: made from the code by EventDocuments -->\n";
    private static final String TABLE_ENDS = "<!-- end of %s -->\n";

    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemas(EventDocuments.files().entrySet().stream()
                    .collect(Collectors.toMap(file -> BASE + file.getKey(), Map.Entry::getValue))));

    private static final JsonNode ASYNC_API = Json.of(
                    Objects.requireNonNull(EventDocuments.files().get(EventDocuments.ASYNC_API)))
            .tree();

    /** An event as a real cluster wrote it, in CloudEvents' structured mode. */
    record Recorded(ObjectNode line) {
        /** In its newest form: it was recorded before types named the group. */
        String type() {
            ObjectKey key = ObjectKey.ofRecordKey(line.path("key").asText());
            return EventType.read(line.path("type").asText(), key.type()).toString();
        }

        JsonNode value() {
            return line.path("data");
        }

        /** As they are in the record. */
        ObjectNode headers() {
            ObjectNode headers = JsonNodeFactory.instance.objectNode();
            line.properties().forEach(each -> {
                switch (each.getKey()) {
                    case "data", "key" -> {}
                    case "datacontenttype" -> headers.set("content-type", each.getValue());
                    default -> headers.set("ce_" + each.getKey(), each.getValue());
                }
            });
            return headers;
        }

        @Override
        public String toString() {
            return type();
        }
    }

    static Stream<Recorded> recorded() {
        return resource("golden/recorded/events.jsonl")
                .lines()
                .map(line -> new Recorded((ObjectNode) Json.of(line).tree()));
    }

    private static Recorded recorded(String type) {
        return recorded()
                .filter(each -> each.line.path("type").asText().equals("io.shiplog." + type + ".v1"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("none was recorded: " + type));
    }

    private static String resource(String name) {
        try (InputStream in =
                Objects.requireNonNull(EventDocumentsTest.class.getClassLoader().getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> faults(String place, JsonNode value) {
        return REGISTRY.getSchema(SchemaLocation.of(BASE + place)).validate(value).stream()
                .map(Error::toString)
                .toList();
    }

    /** The errors of a value by the schema that the AsyncAPI document names for its type. */
    private static List<String> faultsOfValue(String type, JsonNode value) {
        JsonNode message = ASYNC_API.path("components").path("messages").path(type);
        return faults(message.at("/payload/$ref").asText(), value);
    }

    @Test
    void theFilesAreWhatTheCodeMakes() throws IOException {
        TreeMap<String, String> made = EventDocuments.files();
        if (Boolean.getBoolean("catalogue.write")) {
            for (Map.Entry<String, String> file : made.entrySet()) {
                Files.writeString(FOLDER.resolve(file.getKey()), file.getValue());
            }
        }
        TreeMap<String, String> there = new TreeMap<>();
        try (Stream<Path> files = Files.walk(FOLDER)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                there.put(FOLDER.relativize(file).toString(), Files.readString(file));
            }
        }

        assertEquals(made, there, "docs/events is made from the code: run this test with -Dcatalogue.write=true");
    }

    @Test
    void theTableOfWordsIsWhatTheCodeMakes() throws IOException {
        assertTable("words", EventDocuments.table());
    }

    @Test
    void theTableOfVerbsIsWhatTheCodeMakes() throws IOException {
        assertTable("verbs", EventDocuments.verbs());
    }

    private static void assertTable(String name, String table) throws IOException {
        Path file = DOCS.resolve("events.md");
        String page = Files.readString(file);
        String begins = TABLE_BEGINS.formatted(name);
        int begin = page.indexOf(begins) + begins.length();
        int end = page.indexOf(TABLE_ENDS.formatted(name));
        if (Boolean.getBoolean("catalogue.write")) {
            Files.writeString(file, page.substring(0, begin) + table + page.substring(end));
        }

        assertEquals(table, page.substring(begin, end), "run this test with -Dcatalogue.write=true");
    }

    @Test
    void theDocumentIsAsyncApi() {
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7);
        var schema = registry.getSchema(resource("asyncapi/3.0.0.json"), InputFormat.JSON);

        assertEquals(List.of(), schema.validate(ASYNC_API));
        ObjectNode broken = ASYNC_API.deepCopy();
        ((ObjectNode) broken.at("/operations/tell-events")).put("action", "shout");
        assertFalse(schema.validate(broken).isEmpty(), "a document that is wrong is found to be");
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        for (String ref : new TreeSet<>(ASYNC_API.findValuesAsText("$ref"))) {
            if (ref.startsWith("#")) {
                assertFalse(ASYNC_API.at(ref.substring(1)).isMissingNode(), ref);
            } else {
                REGISTRY.getSchema(SchemaLocation.of(BASE + ref)).initializeValidators();
            }
        }
    }

    @Test
    void everyThingThatCanHappenIsInExactlyOneChannel() {
        TreeSet<String> all = new TreeSet<>();
        ASYNC_API.path("components").path("messages").fieldNames().forEachRemaining(all::add);
        all.remove("io.shiplog.writer.claimed.v1");

        TreeMap<String, Integer> channels = new TreeMap<>();
        ASYNC_API
                .path("channels")
                .forEach(channel -> channel.path("messages")
                        .fieldNames()
                        .forEachRemaining(type -> channels.merge(type, 1, Integer::sum)));

        assertEquals(3, channels.remove("io.shiplog.writer.claimed.v1"), "each shard has its writer");
        assertEquals(all.stream().collect(Collectors.toMap(type -> type, type -> 1)), channels);
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void whatARealClusterWroteIsInTheCatalogueAndFitsItsSchema(Recorded event) {
        assertTrue(ASYNC_API.path("components").path("messages").has(event.type()), event.type());
        assertEquals(List.of(), faultsOfValue(event.type(), event.value()));
        assertEquals(List.of(), faults("schemas/headers.json", event.headers()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pod-created",
                "pod-scheduled",
                "pod-modified",
                "pod-deleted",
                "pod-labeled",
                "pod-annotated",
                "clusterrole-created"
            })
    void theGoldenRecordsHaveTheHeadersThatArePromised(String name) {
        ObjectNode headers = JsonNodeFactory.instance.objectNode();
        resource("golden/records/" + name + ".v1.txt")
                .lines()
                .takeWhile(line -> !line.isEmpty())
                .map(line -> line.split(": ", 2))
                .forEach(each -> headers.put(each[0], each[1]));

        assertEquals(List.of(), faults("schemas/headers.json", headers));
    }

    @ParameterizedTest
    @CsvSource({
        "pod.scheduled, /spec, nodeName",
        "pod.started, /status, phase",
        "pod.succeeded, /status, phase",
        "pod.failed, /status, phase",
        "pod.restarted, /status, containerStatuses",
        "pod.ready, /status, conditions",
        "pod.deletion-requested, /metadata, deletionTimestamp",
        "pod.created, /metadata, uid",
        "pod.created, /spec, containers",
        "pod.created, '', metadata",
        "node.cordoned, /spec, unschedulable",
        "lease.acquired, /spec, holderIdentity",
        "deployment.paused, /spec, paused",
        "deployment.scaled, '', spec",
        "configmap.modified, '', kind",
    })
    void aValueThatLacksWhatItsTypePromisesIsRefused(String type, String at, String field) {
        Recorded event = recorded(type);
        ObjectNode value = event.value().deepCopy();
        ((ObjectNode) value.at(at)).remove(field);

        assertFalse(faultsOfValue(event.type(), value).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "node.uncordoned, {\"spec\":{\"unschedulable\":true}}",
        "lease.released, {\"spec\":{\"holderIdentity\":\"me\"}}",
        "deployment.resumed, {\"spec\":{\"paused\":true}}",
        "'pod.unready', '{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}'",
        "'configmap.modified', '{\"kind\":\"Secret\"}'",
        "'configmap.modified', '{\"data\":{\"a\":1}}'",
    })
    void aValueThatContradictsItsTypeIsRefused(String type, String change) throws IOException {
        Recorded event = recorded(type);
        JsonNode value = Json.MAPPER.readerForUpdating(event.value().deepCopy()).readValue(change);

        assertFalse(faultsOfValue(event.type(), value).isEmpty());
    }

    @Test
    void headersThatLackWhatDecidesWhetherARecordCountsAreRefused() {
        for (String name : List.of("ce_epoch", "ce_revision", "ce_type", "ce_chain")) {
            ObjectNode headers = recorded("pod.created").headers();
            headers.remove(name);
            assertFalse(faults("schemas/headers.json", headers).isEmpty(), name);
        }
    }

    @Test
    void aSealedSecretFitsWhateverHappenedToIt() {
        JsonNode sealed = goldenEnvelope();

        for (String happened : List.of("created", "modified", "deletion-requested", "deleted")) {
            assertEquals(List.of(), faultsOfValue("io.shiplog.core.secret." + happened + ".v1", sealed), happened);
        }
    }

    @Test
    void anEnvelopeThatShowsWhatItHidesIsRefused() {
        ObjectNode open = goldenEnvelope();
        open.putObject("data").put("password", "cGFzc3dvcmQ=");

        assertFalse(faults("schemas/sealed.json", open).isEmpty());
    }

    @Test
    void aSealOfAnUnknownFormIsRefused() {
        ObjectNode unknown = goldenEnvelope().put("sealed", "no such form");

        assertFalse(faults("schemas/sealed.json", unknown).isEmpty());
    }

    private static ObjectNode goldenEnvelope() {
        JsonNode golden = Json.of(resource("golden/sealed/secret.v1.json")).tree();
        return (ObjectNode) Json.of(golden.path("stored").asText()).tree();
    }

    @Test
    void aWordReadsAsItIsWritten() {
        for (ChangeType change : ChangeType.values()) {
            String type = "io.shiplog.core.pod." + change.word() + ".v1";
            EventType read = EventType.read(type, ResourceType.core("pods"));
            assertEquals(type, read.toString());
            assertEquals(change, read.change());
        }
    }
}
