package io.shiplog.command.decide.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.schema.Decoding;
import io.shiplog.command.kind.schema.PatchText;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.ClientJson;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.KindVersion;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses bodies and checks that they match the URL: the part of a request that Kubernetes answers with 400. */
public final class BodyReader {
    /** As kube-apiserver's default; larger bodies are not parsed. */
    public static final int MAX_BODY_BYTES = 3 * 1024 * 1024;

    private final SchemaValidation schemas;

    public BodyReader(SchemaValidation schemas) {
        this.schemas = schemas;
    }

    /** A tree in its kind's stored form, or a refusal. */
    public sealed interface Reading {
        record Body(ObjectNode tree, List<String> warnings) implements Reading {}

        record Unreadable(Refusal refusal) implements Reading {}
    }

    /**
     * Parses the body of an object.
     *
     * @param served the kind as the client sees it
     * @param version in which the body is written
     */
    public Reading read(KindDescription served, KindVersion version, Json json, FieldValidation validation) {
        return json.size() > MAX_BODY_BYTES
                ? new Reading.Unreadable(tooLarge())
                : checked(served, version, schemas.decode(served, version, json, validation));
    }

    /** Parses the result of a patch, as the client sees it. */
    public Reading readPatched(
            KindDescription served, KindVersion version, ObjectNode tree, PatchText patch, FieldValidation validation) {
        Refusal mismatch = otherKind(served, version, tree);
        return mismatch != null
                ? new Reading.Unreadable(mismatch)
                : checked(served, version, schemas.decodePatched(served, version, tree, patch, validation));
    }

    private static Reading checked(KindDescription served, KindVersion version, Decoding decoding) {
        return switch (decoding) {
            case Decoding.Refused refused -> new Reading.Unreadable(refused.refusal());
            case Decoding.Decoded decoded -> {
                ObjectNode tree = decoded.object();
                // The schema has checked this for a built-in kind; a kind without a schema is checked here.
                dropNulls(tree);
                if (!tree.has("metadata")) {
                    tree.putObject("metadata");
                }
                String wrong = MetadataRules.unreadable(tree.path("metadata"));
                yield wrong == null
                        ? new Reading.Body(version.conversion().toStored(tree), decoded.warnings())
                        : new Reading.Unreadable(unhandled(served, version, wrong));
            }
        };
    }

    private static @Nullable Refusal otherKind(KindDescription served, KindVersion version, ObjectNode tree) {
        String apiVersion = Trees.text(tree, "apiVersion");
        String kind = Trees.text(tree, "kind");
        if (kind.equals(served.kind()) && apiVersion.equals(served.apiVersion(version.name()))) {
            return null;
        }
        return Refusal.of(
                Reason.BAD_REQUEST,
                "%s in version \"%s\" cannot be handled as a %s"
                        .formatted(kind, apiVersion.substring(apiVersion.indexOf('/') + 1), served.kind()));
    }

    private static Refusal unhandled(KindDescription kind, KindVersion version, String why) {
        return Refusal.of(
                Reason.BAD_REQUEST,
                "%s in version \"%s\" cannot be handled as a %s: %s"
                        .formatted(kind.kind(), version.name(), kind.kind(), why));
    }

    /** Parses the body of a subresource with its own type. */
    public static Reading readTree(String kind, Json json) {
        if (json.size() > MAX_BODY_BYTES) {
            return new Reading.Unreadable(tooLarge());
        }
        JsonNode tree;
        try {
            tree = ClientJson.tree(json);
        } catch (ClientJson.UnreadableException e) {
            return unrecognized(kind, ClientJson.message(e));
        }
        if (!(tree instanceof ObjectNode object)) {
            return unrecognized(kind, "not an object");
        }
        dropNulls(object);
        return new Reading.Body(object, List.of());
    }

    private static Reading unrecognized(String kind, String why) {
        return new Reading.Unreadable(Refusal.of(
                Reason.BAD_REQUEST,
                "the object provided is unrecognized (must be of type %s): couldn't get version/kind; json parse error: %s"
                        .formatted(kind, why)));
    }

    public static Refusal tooLarge() {
        return Refusal.of(Reason.REQUEST_ENTITY_TOO_LARGE, "Request entity too large: limit is " + MAX_BODY_BYTES);
    }

    /** Removes null fields, at any depth: Kubernetes' decoder treats them as absent. */
    private static void dropNulls(JsonNode tree) {
        if (tree instanceof ObjectNode object) {
            Iterator<Map.Entry<String, JsonNode>> fields = object.properties().iterator();
            while (fields.hasNext()) {
                JsonNode value = fields.next().getValue();
                if (value.isNull()) {
                    fields.remove();
                } else {
                    dropNulls(value);
                }
            }
        } else if (tree instanceof ArrayNode array) {
            array.forEach(BodyReader::dropNulls);
        }
    }
}
