package io.shiplog.command.decide;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.Decision.Changed;
import io.shiplog.command.decide.Decision.Refused;
import io.shiplog.command.decide.Updating.Part;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.FieldErrors;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.Trees;
import io.shiplog.command.kind.admission.NodeRestriction;
import io.shiplog.command.kind.schema.PatchText;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.command.patch.Patched;
import io.shiplog.command.patch.Patches;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.ApplyObject;
import io.shiplog.events.command.Command.BindPod;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.EvictPod;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.Command.RequestToken;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.KindVersion;
import io.shiplog.events.kind.Schema;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.seal.Seal;
import io.shiplog.projections.StoredObject;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code decide}: dispatches on the command, and leaves the rest to the functions of this package. In two steps, because the
 * key of an object to create is in the body: {@link #read} finds the key, {@link #decide} the answer.
 */
public final class Decider {
    private final Function<ResourceType, Kind> strategies;
    private final SchemaValidation schemas;
    private final BodyReader bodies;

    /** A decider for the kinds of the state that it decides on. */
    public Decider(Function<ResourceType, Kind> strategies, SchemaValidation schemas) {
        this.strategies = strategies;
        this.schemas = schemas;
        this.bodies = new BodyReader(schemas);
    }

    /** A parsed command, or why it is invalid. */
    public sealed interface Reading {}

    /**
     * A command with the key of its object.
     *
     * @param kind the stored kind of the object
     */
    public record Asked(
            CommandRequest request,
            KindDescription kind,
            ObjectKey key,
            @Nullable ObjectNode body,
            List<String> warnings)
            implements Reading {}

    /** An invalid command. */
    public record Unreadable(Refusal refusal) implements Reading {}

    /**
     * Proposes what a command comes to: everything that costs. Reads the newest decided state, on any thread.
     *
     * @param since a revision of the shard that the state has reached
     */
    public Proposal propose(CommandRequest request, DecidedState state, long since, Chance chance) {
        return switch (read(request, state, chance)) {
            case Unreadable unreadable -> new Proposal.Answer(request, new CommandResult.Refused(unreadable.refusal()));
            case Asked asked -> {
                StoredObject current = state.get(asked.key());
                yield switch (decide(asked, current, state, chance)) {
                    case Refused refused ->
                        new Proposal.Answer(
                                request,
                                new CommandResult.Refused(
                                        refused.refusal(),
                                        refused.warnings().isEmpty() ? asked.warnings() : refused.warnings()));
                    case Decision.Unchanged unchanged ->
                        new Proposal.Answer(
                                request,
                                new CommandResult.Accepted(
                                        unchanged.key(),
                                        unchanged.revision(),
                                        unchanged.object(),
                                        CommandResult.Outcome.UNCHANGED,
                                        unchanged.warnings()));
                    case Changed changed -> change(request, changed, current, since);
                };
            }
        };
    }

    private static Proposal change(
            CommandRequest request, Changed changed, @Nullable StoredObject current, long since) {
        Proposal.Bytes bytes = Drafting.bytes(changed, request.dryRun());
        Refusal refusal = Drafting.tooLarge(changed.key(), bytes.object().size());
        return refusal != null
                ? new Proposal.Answer(request, new CommandResult.Refused(refusal))
                : new Proposal.Change(request, changed, bytes, current == null ? 0 : current.revision(), since);
    }

    /** Parses a command: its kind, its body, the name of its object. */
    public Reading read(CommandRequest request, DecidedState state, Chance chance) {
        Command command = request.command();
        KindDescription served = state.kinds().get(command.type());
        if (served == null || served.version(request.version()) == null) {
            return new Unreadable(unknownType());
        }
        KindDescription kind = stored(served, state.kinds());
        if (command instanceof Command.OfObject named
                && named.key().recordKey().chars().filter(c -> c == '/').count() > 3) {
            return new Unreadable(Refusal.notFound(named.key()));
        }
        return switch (command) {
            case CreateObject create -> readNew(request, create, served, kind, state, chance);
            case ReplaceObject replace -> readNext(request, replace, served, kind);
            case PatchObject patch -> readPatch(request, patch, kind);
            case ApplyObject apply -> readApply(request, apply, kind);
            case DeleteObject _ -> new Asked(request, kind, key(kind, command), null, List.of());
            case EvictPod _, BindPod _ ->
                command.type().equals(TypeRules.PODS)
                        ? new Asked(request, kind, key(kind, command), null, List.of())
                        : new Unreadable(unknownType());
            case RequestToken _ -> new Unreadable(unknownType());
        };
    }

    /** The version in which a request is written. {@link #read} refuses an unknown one. */
    private static KindVersion version(CommandRequest request, KindDescription served) {
        KindVersion version = served.version(request.version());
        if (version == null) {
            throw new IllegalStateException("%s has no version %s".formatted(served.type(), request.version()));
        }
        return version;
    }

    /** The stored kind of a served kind. */
    private static KindDescription stored(KindDescription served, KindCatalogue kinds) {
        if (served.storedAs().equals(served.type())) {
            return served;
        }
        KindDescription stored = kinds.get(served.storedAs());
        if (stored == null) {
            throw new IllegalStateException(served.type() + " is stored as an unknown kind");
        }
        return stored;
    }

    private static Refusal unknownType() {
        return Refusal.of(Reason.NOT_FOUND, "the server could not find the requested resource");
    }

    private Reading readNew(
            CommandRequest request,
            CreateObject create,
            KindDescription served,
            KindDescription kind,
            DecidedState state,
            Chance chance) {
        return switch (bodies.read(served, version(request, served), create.body(), create.validation())) {
            case BodyReader.Reading.Unreadable unreadable -> new Unreadable(unreadable.refusal());
            case BodyReader.Reading.Body body -> {
                ObjectNode metadata = Trees.object(body.tree(), "metadata");
                Refusal refusal = Placing.intoNamespace(kind, metadata, create.namespace());
                // Only the store looks at the version, and a dry run does not get there.
                if (refusal == null && !request.dryRun()) {
                    refusal = Placing.isNew(metadata);
                }
                if (refusal != null) {
                    yield new Unreadable(refusal);
                }
                String namespace = Trees.text(metadata, "namespace");
                String given = Placing.name(kind, metadata, namespace, state, chance);
                boolean itself =
                        given.isEmpty() && strategies.apply(create.type()).namesItself();
                String name = itself ? chance.uid() : given;
                ObjectKey key = ObjectKey.of(kind.storedAs(), namespace, name);
                refusal = invalidName(request, kind, key, metadata);
                if (refusal != null) {
                    yield new Unreadable(refusal);
                }
                yield new Asked(request, kind, key, body.tree(), body.warnings());
            }
        };
    }

    /** Why a name is invalid, before it becomes part of a key: keys are separated by slashes. */
    private @Nullable Refusal invalidName(
            CommandRequest request, KindDescription kind, ObjectKey key, ObjectNode metadata) {
        if (key.namespace().indexOf('/') >= 0) {
            return Refusal.notFound(ObjectKey.clusterScoped(TypeRules.NAMESPACES, key.namespace()));
        }
        if (key.name().indexOf('/') < 0) {
            return null;
        }
        FieldErrors errors = new FieldErrors();
        metadata.put("name", key.name());
        MetadataRules.validateNew(strategies.apply(request.command().type()), metadata, errors);
        return errors.refusal(kind.kind(), key);
    }

    private Reading readNext(
            CommandRequest request, ReplaceObject replace, KindDescription served, KindDescription kind) {
        ObjectKey key = key(kind, replace);
        if (!served(kind, replace.subresource())) {
            return new Unreadable(unknownType());
        }
        if (replace.subresource().equals("scale")) {
            return readScale(request, kind, key, replace.body());
        }
        return switch (bodies.read(served, version(request, served), replace.body(), replace.validation())) {
            case BodyReader.Reading.Unreadable unreadable -> new Unreadable(unreadable.refusal());
            case BodyReader.Reading.Body body -> {
                Refusal refusal = Placing.matchesUrl(kind, key, Trees.object(body.tree(), "metadata"));
                yield refusal == null
                        ? new Asked(request, kind, key, body.tree(), body.warnings())
                        : new Unreadable(refusal);
            }
        };
    }

    private static Reading readScale(CommandRequest request, KindDescription kind, ObjectKey key, Json json) {
        return switch (BodyReader.readTree("Scale", json)) {
            case BodyReader.Reading.Unreadable unreadable -> new Unreadable(unreadable.refusal());
            case BodyReader.Reading.Body body -> {
                Refusal refusal = ScaleForm.check(key, body.tree());
                yield refusal == null ? new Asked(request, kind, key, body.tree(), List.of()) : new Unreadable(refusal);
            }
        };
    }

    private static Reading readPatch(CommandRequest request, PatchObject patch, KindDescription kind) {
        if (!served(kind, patch.subresource())) {
            return new Unreadable(unknownType());
        }
        if (patch.patch().size() > BodyReader.MAX_BODY_BYTES) {
            return new Unreadable(BodyReader.tooLarge());
        }
        return new Asked(request, kind, key(kind, patch), null, List.of());
    }

    private static Reading readApply(CommandRequest request, ApplyObject apply, KindDescription kind) {
        if (!served(kind, apply.subresource())) {
            return new Unreadable(unknownType());
        }
        if (apply.config().size() > BodyReader.MAX_BODY_BYTES) {
            return new Unreadable(BodyReader.tooLarge());
        }
        return new Asked(request, kind, key(kind, apply), null, List.of());
    }

    private static boolean served(KindDescription kind, String subresource) {
        return subresource.isEmpty()
                || kind.has(subresource)
                || (subresource.equals("finalize") && kind.storedAs().equals(TypeRules.NAMESPACES));
    }

    private static ObjectKey key(KindDescription kind, Command command) {
        String name = command instanceof Command.OfObject named ? named.key().name() : "";
        return ObjectKey.of(kind.storedAs(), command.namespace(), name);
    }

    /**
     * Decides.
     *
     * @param current the object as last decided, null if there is none
     */
    public Decision decide(Asked asked, @Nullable StoredObject current, DecidedState state, Chance chance) {
        DecisionContext context = new DecisionContext(
                asked.request(),
                asked.kind(),
                asked.key(),
                strategies.apply(asked.request().command().type()),
                state,
                chance,
                new Forms(state.kinds(), asked.kind(), schemas));
        Command command = asked.request().command();
        Refusal refusal = NodeRestriction.refusal(asked.request().actor(), command, asked.key(), current);
        if (refusal != null) {
            return new Refused(refusal);
        }
        if (command instanceof CreateObject) {
            ObjectNode body = bodyOf(asked);
            return Creating.create(context, current, body, asked.warnings(), Owners.updated(context, null, body));
        }
        if (current == null) {
            return withoutObject(context, asked, command);
        }
        refusal = unreadable(command, current);
        if (refusal != null) {
            return new Refused(refusal);
        }
        ObjectNode old = (ObjectNode) current.json().tree();
        return switch (command) {
            case CreateObject _ -> throw new IllegalStateException("decided above");
            case ReplaceObject replace -> replace(context, current, old, bodyOf(asked), replace, asked.warnings());
            case PatchObject patch -> patch(context, current, old, patch);
            case ApplyObject apply -> new Applying(context, bodies).apply(current, old, apply);
            case DeleteObject delete -> Deleting.delete(context, current, old, delete, "delete");
            case EvictPod evict -> Pods.evict(context, current, old, evict);
            case BindPod bind -> Pods.bind(context, current, old, bind);
            case RequestToken _ -> new Refused(unknownType());
        };
    }

    /** A change of an object whose data key is lost would replace what the key still opens when it is restored. */
    private static @Nullable Refusal unreadable(Command command, StoredObject current) {
        boolean changes =
                command instanceof PatchObject || command instanceof ReplaceObject || command instanceof ApplyObject;
        return !changes || current.deleting()
                ? null
                : Seal.whyUnreadable(current.json())
                        .map(why -> Refusal.forbidden(
                                current.key(),
                                "it cannot be decrypted, and a change would lose its content: %s. Restore its key with 'shiplog keys import', or delete it"
                                        .formatted(why)))
                        .orElse(null);
    }

    private static ObjectNode bodyOf(Asked asked) {
        ObjectNode body = asked.body();
        if (body == null) {
            throw new IllegalArgumentException("read() gives every command with a body its tree");
        }
        return body;
    }

    private Decision withoutObject(DecisionContext context, Asked asked, Command command) {
        if (command instanceof ReplaceObject replace
                && replace.subresource().isEmpty()
                && context.strategy().createsOnUpdate()) {
            if (!replace.creates()) {
                return new Refused(Refusal.forbidden(context.key(), cannotCreate(context)));
            }
            ObjectNode body = bodyOf(asked);
            return Creating.create(context, null, body, asked.warnings(), Owners.updated(context, null, body));
        }
        if (command instanceof ApplyObject apply && apply.subresource().isEmpty()) {
            return new Applying(context, bodies).create(apply);
        }
        return new Refused(Refusal.notFound(context.key()));
    }

    static String cannotCreate(DecisionContext context) {
        ObjectKey key = context.key();
        String where = key.namespace().isEmpty()
                ? "at the cluster scope"
                : "in the namespace \"%s\"".formatted(key.namespace());
        return "User \"%s\" cannot create resource \"%s\" in API group \"%s\" %s"
                .formatted(
                        context.request().actor().user(),
                        key.type().resource(),
                        key.type().group(),
                        where);
    }

    private static Decision replace(
            DecisionContext context,
            StoredObject current,
            ObjectNode old,
            ObjectNode body,
            ReplaceObject command,
            List<String> warnings) {
        return command.subresource().equals("scale")
                ? scale(context, current, old, body, "update")
                : Updating.update(
                        context,
                        current,
                        old,
                        body,
                        part(command.subresource()),
                        "update",
                        warnings,
                        Owners.updated(context, old, body));
    }

    private Decision patch(DecisionContext context, StoredObject current, ObjectNode old, PatchObject command) {
        if (command.subresource().equals("scale")) {
            return patchScale(context, current, old, command);
        }
        // The patch applies to the object as the client sees it.
        KindDescription served = context.forms().kinds().get(command.type());
        if (served == null) {
            return new Refused(unknownType());
        }
        KindVersion version = version(context.request(), served);
        ObjectNode target = version.conversion()
                .fromStored(old.deepCopy())
                .put("apiVersion", served.apiVersion(version.name()))
                .put("kind", served.kind());
        Schema.Struct schema = schemas.schema(served, version);
        return switch (Patches.apply(command.patchType(), schema, target, command.patch())) {
            case Patched.Refused refused -> new Refused(refused.refusal());
            case Patched.Tree tree -> patched(context, current, old, served, version, tree.tree(), command);
        };
    }

    private Decision patched(
            DecisionContext context,
            StoredObject current,
            ObjectNode old,
            KindDescription served,
            KindVersion version,
            ObjectNode next,
            PatchObject command) {
        PatchText text = PatchText.of(command.patchType(), command.patch(), next);
        return switch (bodies.readPatched(served, version, next, text, command.validation())) {
            case BodyReader.Reading.Unreadable unreadable -> new Refused(unreadable.refusal());
            case BodyReader.Reading.Body body -> {
                Refusal elsewhere =
                        Placing.matchesUrl(context.kind(), context.key(), Trees.object(body.tree(), "metadata"));
                yield elsewhere != null
                        ? new Refused(elsewhere, body.warnings())
                        : Updating.update(
                                context,
                                current,
                                old,
                                body.tree(),
                                part(command.subresource()),
                                "patch",
                                body.warnings(),
                                Owners.updated(context, old, body.tree()));
            }
        };
    }

    private static Decision patchScale(
            DecisionContext context, StoredObject current, ObjectNode old, PatchObject command) {
        return switch (Patches.apply(command.patchType(), null, ScaleForm.of(old), command.patch())) {
            case Patched.Refused refused -> new Refused(refused.refusal());
            case Patched.Tree tree -> {
                Refusal refusal = ScaleForm.check(context.key(), tree.tree());
                yield refusal == null ? scale(context, current, old, tree.tree(), "patch") : new Refused(refusal);
            }
        };
    }

    /** A scale is an update of the whole object; only the answer is a Scale. */
    private static Decision scale(
            DecisionContext context, StoredObject current, ObjectNode old, ObjectNode scale, String verb) {
        ObjectNode wanted = ScaleForm.applied(old, scale);
        return scaled(
                Updating.update(
                        context,
                        current,
                        old,
                        wanted,
                        Part.MAIN,
                        verb,
                        List.of(),
                        Owners.updated(context, old, wanted)),
                old);
    }

    /** A decision about the whole object with a Scale as its answer. */
    static Decision scaled(Decision decision, ObjectNode old) {
        return switch (decision) {
            case Changed changed ->
                new Changed(
                        changed.key(),
                        changed.type(),
                        changed.subject(),
                        changed.verb(),
                        changed.outcome(),
                        changed.object(),
                        changed.node(),
                        ScaleForm.answer(changed.object()),
                        changed.warnings(),
                        changed.guards());
            case Decision.Unchanged unchanged ->
                new Decision.Unchanged(
                        unchanged.key(), unchanged.revision(), Json.of(ScaleForm.answer(old)), unchanged.warnings());
            case Refused refused -> refused;
        };
    }

    static Part part(String subresource) {
        return switch (subresource) {
            case "status" -> Part.STATUS;
            case "approval" -> Part.APPROVAL;
            case "finalize" -> Part.FINALIZE;
            default -> Part.MAIN;
        };
    }
}
