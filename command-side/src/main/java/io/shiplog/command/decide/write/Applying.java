package io.shiplog.command.decide.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.object.BodyReader;
import io.shiplog.command.decide.object.ScaleForm;
import io.shiplog.command.decide.write.Decision.Refused;
import io.shiplog.command.decide.write.Updating.Part;
import io.shiplog.command.kind.schema.PatchText;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.command.merge.Conflict;
import io.shiplog.command.merge.Ownership;
import io.shiplog.command.merge.Ownership.Applied;
import io.shiplog.events.command.Command.ApplyObject;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Cause;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.ClientJson;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.KindVersion;
import io.shiplog.events.log.EventVerb;
import io.shiplog.projections.image.StoredObject;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decides server-side applies: the configuration is merged into the object as the client sees it; the rest is an update or a
 * creation like any other.
 *
 * @see <a href="https://github.com/kubernetes/apiserver/blob/master/pkg/endpoints/handlers/patch.go">applyPatcher</a>
 */
public record Applying(DecisionContext context, BodyReader bodies) {
    private static final String SCALE_VERSION = "autoscaling/v1";

    /** Applies to an object that exists. */
    public Decision apply(StoredObject current, ObjectNode old, ApplyObject command) {
        return command.subresource().equals("scale")
                ? Scaling.answer(applyScale(current, old, command), old)
                : merge(
                        command,
                        old,
                        (body, entries) -> Updating.update(
                                context,
                                current,
                                old,
                                body.tree(),
                                Part.of(command.subresource()),
                                EventVerb.APPLY,
                                body.warnings(),
                                next -> entries));
    }

    /** Creates the object of a configuration. */
    public Decision create(ApplyObject command) {
        return merge(command, null, (body, entries) -> {
            ObjectNode metadata = Trees.object(body.tree(), "metadata");
            String uid = Trees.text(metadata, "uid");
            if (!uid.isEmpty()) {
                return new Refused(Refusal.conflict(
                        context.key(),
                        "uid mismatch: the provided object specified uid %s, and no existing object was found"
                                .formatted(uid)));
            }
            if (Trees.text(metadata, "name").isEmpty()) {
                return new Refused(Refusal.of(
                        Reason.BAD_REQUEST,
                        "the name of the object (%s based on URL) was undeterminable: name must be provided"
                                .formatted(context.key().name())));
            }
            return command.creates()
                    ? Creating.create(context, null, body.tree(), body.warnings(), next -> entries)
                    : new Refused(Refusal.forbidden(context.key(), Creating.notAllowed(context)));
        });
    }

    /** Merges the configuration, and continues with the object in its stored form and its entries. */
    private Decision merge(
            ApplyObject command,
            @Nullable ObjectNode old,
            BiFunction<BodyReader.Reading.Body, @Nullable ArrayNode, Decision> then) {
        Ownership.Write write = Owners.write(context);
        KindDescription served = context.forms().kinds().get(command.type());
        KindVersion version =
                served == null ? null : served.version(context.request().version());
        if (served == null || version == null) {
            throw new IllegalStateException("read() refuses an unknown kind");
        }
        return switch (config(command.config(), served.kind(), write.apiVersion())) {
            case Config.Unreadable unreadable -> new Refused(unreadable.refusal());
            case Config.Tree config -> {
                ObjectNode live = old == null ? null : context.forms().served(old, write.apiVersion());
                yield switch (Ownership.apply(write, live, config.tree(), command.force())) {
                    case Applied.Merged merged -> {
                        ObjectNode object = merged.object().deepCopy();
                        Trees.object(object, "metadata").remove(Owners.FIELD);
                        yield switch (bodies.readPatched(
                                served, version, object, PatchText.of(command.config()), FieldValidation.IGNORE)) {
                            case BodyReader.Reading.Unreadable unreadable -> new Refused(unreadable.refusal());
                            case BodyReader.Reading.Body body -> {
                                Refusal elsewhere = Placing.matchesUrl(
                                        context.kind(), context.key(), Trees.object(body.tree(), "metadata"));
                                yield elsewhere == null
                                        ? then.apply(body, merged.managedFields())
                                        : new Refused(elsewhere);
                            }
                        };
                    }
                    case Applied.Conflicting(List<Conflict> conflicts) -> new Refused(conflict(conflicts));
                    case Applied.Misshapen(String why) -> new Refused(misshapen(why, config.tree()));
                };
            }
        };
    }

    /** A configuration of the right type, or a refusal. */
    private sealed interface Config {
        record Tree(ObjectNode tree) implements Config {}

        record Unreadable(Refusal refusal) implements Config {}
    }

    private static Config config(Json json, String kind, String apiVersion) {
        JsonNode tree;
        try {
            tree = ClientJson.tree(json);
        } catch (ClientJson.UnreadableException e) {
            return unreadable("error decoding YAML: " + ClientJson.message(e));
        }
        if (!(tree instanceof ObjectNode object)) {
            return unreadable(
                    "error decoding YAML: json: cannot unmarshal into Go value of type map[string]interface {}");
        }
        String statedKind = Trees.text(object, "kind");
        String statedVersion = Trees.text(object, "apiVersion");
        if (!statedKind.equals(kind) || !statedVersion.equals(apiVersion)) {
            return unreadable("invalid object type: " + type(object));
        }
        if (object.path("metadata").has(Owners.FIELD)) {
            return unreadable("metadata.managedFields must be nil");
        }
        return new Config.Tree(object);
    }

    private static Config unreadable(String message) {
        return new Config.Unreadable(Refusal.of(Reason.BAD_REQUEST, message));
    }

    /** {@code apps/v1, Kind=Deployment}; the group is empty for {@code v1}. */
    private static String type(ObjectNode config) {
        String apiVersion = Trees.text(config, "apiVersion");
        return (apiVersion.contains("/") ? "" : "/") + apiVersion + ", Kind=" + Trees.text(config, "kind");
    }

    private static Refusal conflict(List<Conflict> conflicts) {
        return new Refusal(
                Reason.CONFLICT,
                Conflict.message(conflicts),
                null,
                null,
                conflicts.stream()
                        .map(each -> new Cause("FieldManagerConflict", each.message(), each.field()))
                        .toList(),
                0);
    }

    private static Refusal misshapen(String why, ObjectNode config) {
        return Refusal.of(
                Reason.UNKNOWN,
                "failed to create typed patch object (%s/%s; %s): %s"
                        .formatted(
                                Trees.text(config, "metadata", "namespace"),
                                Trees.text(config, "metadata", "name"),
                                type(config),
                                why));
    }

    /** A Scale's configuration is one of the object's {@code spec.replicas}. */
    private Decision applyScale(StoredObject current, ObjectNode old, ApplyObject command) {
        return switch (config(command.config(), "Scale", SCALE_VERSION)) {
            case Config.Unreadable unreadable -> new Refused(unreadable.refusal());
            case Config.Tree config -> {
                ObjectNode scale = config.tree();
                Refusal invalid = ScaleForm.check(context.key(), scale);
                if (invalid != null) {
                    yield new Refused(invalid);
                }
                ObjectNode own = old.objectNode();
                own.put("apiVersion", context.kind().apiVersion());
                own.put("kind", context.kind().kind());
                own.set("metadata", scale.path("metadata").isObject() ? scale.path("metadata") : own.objectNode());
                if (scale.path("spec").has("replicas")) {
                    Trees.object(own, "spec").set("replicas", scale.path("spec").path("replicas"));
                }
                yield switch (Ownership.apply(Owners.write(context), old, own, command.force())) {
                    case Applied.Merged merged ->
                        Updating.update(
                                context,
                                current,
                                old,
                                withDefault(merged.object().deepCopy()),
                                Part.MAIN,
                                EventVerb.APPLY,
                                List.of(),
                                next -> merged.managedFields());
                    case Applied.Conflicting(List<Conflict> conflicts) ->
                        new Refused(conflict(conflicts.stream()
                                .map(each -> each.in(SCALE_VERSION))
                                .toList()));
                    case Applied.Misshapen(String why) -> new Refused(misshapen(why, scale));
                };
            }
        };
    }

    /** A Scale always has replicas: 0 if its last owner leaves. */
    private static ObjectNode withDefault(ObjectNode object) {
        ObjectNode spec = Trees.object(object, "spec");
        if (!spec.has("replicas")) {
            spec.put("replicas", 0);
        }
        return object;
    }
}
