package io.shiplog.command.decide;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads bodies and checks that they are what the URL says: the part of a request that Kubernetes answers with 400. */
final class BodyReader {
    /** As kube-apiserver's default; larger bodies are not even parsed. */
    static final int MAX_BODY_BYTES = 3 * 1024 * 1024;

    private BodyReader() {}

    /** A tree, or why there is none. */
    sealed interface Reading {
        record Body(ObjectNode tree) implements Reading {}

        record Unreadable(Refusal refusal) implements Reading {}
    }

    /** Reads the body of an object of a kind. */
    static Reading read(KindDescription kind, Json json) {
        Reading reading = readTree(kind, json);
        if (!(reading instanceof Reading.Body body)) {
            return reading;
        }
        Refusal refusal = check(kind, body.tree());
        return refusal == null ? body : new Reading.Unreadable(refusal);
    }

    /** Reads a body of whatever type. */
    static Reading readTree(KindDescription kind, Json json) {
        if (json.size() > MAX_BODY_BYTES) {
            return new Reading.Unreadable(tooLarge());
        }
        JsonNode tree;
        try {
            tree = Json.MAPPER.readTree(json.utf8());
        } catch (JsonProcessingException e) {
            return unrecognized(kind, "couldn't get version/kind; json parse error: " + e.getOriginalMessage());
        } catch (IOException e) {
            return unrecognized(kind, "couldn't get version/kind; json parse error: " + e.getMessage());
        }
        if (!(tree instanceof ObjectNode object)) {
            return unrecognized(
                    kind, "couldn't get version/kind; json parse error: json: cannot unmarshal into an object");
        }
        Trees.dropNulls(object);
        return new Reading.Body(object);
    }

    /** Checks a tree that is to become an object of a kind; fills apiVersion, kind and metadata where they are left out. */
    static @Nullable Refusal check(KindDescription kind, ObjectNode object) {
        String apiVersion = Trees.text(object, "apiVersion");
        if (!apiVersion.isEmpty()
                && kind.versions().stream().noneMatch(v -> kind.apiVersion(v).equals(apiVersion))) {
            return Refusal.of(
                    Reason.BAD_REQUEST,
                    "the API version in the data (%s) does not match the expected API version (%s)"
                            .formatted(apiVersion, kind.apiVersion()));
        }
        String name = Trees.text(object, "kind");
        if (!name.isEmpty() && !name.equals(kind.kind())) {
            return Refusal.of(
                    Reason.BAD_REQUEST,
                    "%s in version \"%s\" cannot be handled as a %s"
                            .formatted(name, version(apiVersion, kind), kind.kind()));
        }
        if (!object.has("metadata")) {
            object.putObject("metadata");
        }
        String wrong = MetadataRules.unreadable(object.path("metadata"));
        if (wrong != null) {
            return Refusal.of(
                    Reason.BAD_REQUEST,
                    "%s in version \"%s\" cannot be handled as a %s: %s"
                            .formatted(kind.kind(), version(apiVersion, kind), kind.kind(), wrong));
        }
        return null;
    }

    private static String version(String apiVersion, KindDescription kind) {
        return apiVersion.isEmpty() ? kind.preferredVersion() : apiVersion.substring(apiVersion.indexOf('/') + 1);
    }

    private static Reading unrecognized(KindDescription kind, String why) {
        return new Reading.Unreadable(Refusal.of(
                Reason.BAD_REQUEST,
                "the object provided is unrecognized (must be of type %s): %s".formatted(kind.kind(), why)));
    }

    static Refusal tooLarge() {
        return Refusal.of(Reason.REQUEST_ENTITY_TOO_LARGE, "Request entity too large: limit is " + MAX_BODY_BYTES);
    }
}
