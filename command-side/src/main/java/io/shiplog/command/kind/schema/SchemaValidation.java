package io.shiplog.command.kind.schema;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.BodySummary;
import io.shiplog.events.json.ClientJson;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.KindVersion;
import io.shiplog.events.kind.Schema;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.kind.StatedType;
import io.shiplog.events.object.ObjectKey;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses bodies by the schema of their kind, in one pass: unknown and duplicate fields are found, unknown ones dropped, types
 * checked, quantities and times converted to Kubernetes' stored form. Stateless.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/using-api/api-concepts/#validation-for-unrecognized-or-duplicate-fields">Field
 *     validation</a>
 */
public final class SchemaValidation {
    private static final String NULL = "null";

    private final Schemas schemas;

    public SchemaValidation(Schemas schemas) {
        this.schemas = schemas;
    }

    /**
     * Parses the body of a create or an update. Missing {@code apiVersion} and {@code kind} are filled in.
     *
     * @param kind as it is served: for Events, that of the requested group
     * @param version in which the body is written
     * @return refused with {@code BadRequest} if the body is not JSON, of another kind, of wrong types, or, with {@link
     *     FieldValidation#STRICT}, has unknown fields
     */
    public Decoding decode(KindDescription kind, KindVersion version, Json body, FieldValidation validation) {
        try (JsonParser parser = ClientJson.parser(isNull(body) ? Json.of("{}") : body)) {
            if (parser.nextToken() == null) {
                return refused(unrecognized(
                        kind, "couldn't get version/kind; json parse error: unexpected end of JSON input", body));
            }
            SchemaWalk walk = new SchemaWalk(parser);
            ObjectNode object = walk.object(schema(kind, version), kind.kind());
            if (parser.nextToken() != null) {
                return refused(unrecognized(
                        kind, "couldn't get version/kind; json parse error: " + ClientJson.trailing(body), body));
            }
            return decoded(kind, version, object, walk.findings(), validation);
        } catch (SchemaWalk.MismatchException e) {
            return refused(mismatch(kind, version, body, e));
        } catch (SchemaWalk.TooLongException e) {
            return refused(tooLong(kind, e));
        } catch (IOException e) {
            return refused(unrecognized(
                    kind, "couldn't get version/kind; json parse error: " + ClientJson.message(e, body), body));
        }
    }

    /**
     * Parses the result of a patch: the same, on a tree, which is not changed. Strict findings make the patch {@code Invalid},
     * as in Kubernetes.
     *
     * @param patch for the messages
     */
    public Decoding decodePatched(
            KindDescription kind, KindVersion version, ObjectNode tree, PatchText patch, FieldValidation validation) {
        try (JsonParser parser = Json.MAPPER.treeAsTokens(tree)) {
            parser.nextToken();
            SchemaWalk walk = new SchemaWalk(parser);
            ObjectNode object = walk.object(schema(kind, version), kind.kind());
            if (validation == FieldValidation.STRICT && !walk.findings().isEmpty()) {
                return refused(invalidPatch(patch, strict(walk.findings())));
            }
            return decoded(kind, version, object, walk.findings(), validation);
        } catch (SchemaWalk.MismatchException e) {
            return refused(invalidPatch(patch, patch.ofMap() ? e.ofMap() : e.getMessage()));
        } catch (SchemaWalk.TooLongException e) {
            return refused(tooLong(kind, e));
        } catch (IOException e) {
            return refused(invalidPatch(patch, ClientJson.message(e)));
        }
    }

    /** The schema of a kind in one of its versions; null if it has none. */
    public Schema.@Nullable Struct schema(KindDescription kind, KindVersion version) {
        return schemas.of(kind.group(), version.name(), kind.kind());
    }

    /** The schema of a kind in its stored form; null if it has none. */
    public Schema.@Nullable Struct stored(KindDescription kind) {
        return schemas.of(kind);
    }

    /** Go's decoder leaves an object as it is for a null. */
    private static boolean isNull(Json body) {
        return body.size() == NULL.length() && body.toString().equals(NULL);
    }

    /** What Kubernetes says first about a body with a wrong type somewhere. */
    private Refusal mismatch(KindDescription kind, KindVersion version, Json body, SchemaWalk.MismatchException e) {
        try {
            JsonNode tree = ClientJson.tree(body);
            String unreadable = StatedType.unreadable(tree);
            if (unreadable != null) {
                return unrecognized(kind, "couldn't get version/kind; json parse error: " + unreadable, body);
            }
            Refusal other = StatedType.refusal(kind, version, tree, schemas);
            return other != null ? other : cannotBeHandled(kind, version, e.getMessage());
        } catch (ClientJson.UnreadableException malformed) {
            return unrecognized(
                    kind, "couldn't get version/kind; json parse error: " + ClientJson.message(malformed), body);
        }
    }

    private Decoding decoded(
            KindDescription kind,
            KindVersion version,
            ObjectNode object,
            List<String> findings,
            FieldValidation validation) {
        Refusal other = StatedType.refusal(kind, version, object, schemas);
        if (other != null) {
            return refused(other);
        }
        if (validation == FieldValidation.STRICT && !findings.isEmpty()) {
            return refused(cannotBeHandled(kind, version, strict(findings)));
        }
        object.put("apiVersion", kind.apiVersion(version.name()));
        object.put("kind", kind.kind());
        return new Decoding.Decoded(object, validation == FieldValidation.WARN ? findings : List.of());
    }

    private static String strict(List<String> findings) {
        return "strict decoding error: " + String.join(", ", findings);
    }

    private static Decoding refused(Refusal refusal) {
        return new Decoding.Refused(refusal);
    }

    private static Refusal cannotBeHandled(KindDescription kind, KindVersion version, @Nullable String why) {
        return Refusal.of(
                Refusal.Reason.BAD_REQUEST,
                "%s in version \"%s\" cannot be handled as a %s: %s"
                        .formatted(kind.kind(), version.name(), kind.kind(), why));
    }

    private static Refusal unrecognized(KindDescription kind, String why, Json body) {
        return Refusal.of(
                Refusal.Reason.BAD_REQUEST,
                "the object provided is unrecognized (must be of type %s): %s (%s)"
                        .formatted(kind.kind(), why, BodySummary.of(body.utf8())));
    }

    private static Refusal tooLong(KindDescription kind, SchemaWalk.TooLongException e) {
        FieldErrors errors = new FieldErrors();
        errors.tooLong(e.path(), e.max());
        return errors.refusal(kind.kind(), ObjectKey.of(kind.type(), "", ""));
    }

    private static Refusal invalidPatch(PatchText patch, @Nullable String why) {
        FieldErrors errors = new FieldErrors();
        errors.invalid("patch", patch.text().get(), why == null ? "" : why);
        return new Refusal(
                Refusal.Reason.INVALID,
                " \"\" is invalid: patch: " + errors.causes().getFirst().message(),
                null,
                null,
                errors.causes(),
                0);
    }
}
