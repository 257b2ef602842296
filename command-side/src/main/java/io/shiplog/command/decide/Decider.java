package io.shiplog.command.decide;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.object.BodyReader;
import io.shiplog.command.decide.slice.ApplySlice;
import io.shiplog.command.decide.slice.BindSlice;
import io.shiplog.command.decide.slice.CreateSlice;
import io.shiplog.command.decide.slice.EvictSlice;
import io.shiplog.command.decide.slice.Inquiry;
import io.shiplog.command.decide.slice.OpenStreamSlice;
import io.shiplog.command.decide.slice.PatchSlice;
import io.shiplog.command.decide.slice.Reading;
import io.shiplog.command.decide.slice.Reading.Asked;
import io.shiplog.command.decide.slice.Reading.Unreadable;
import io.shiplog.command.decide.slice.ReplaceSlice;
import io.shiplog.command.decide.slice.Slice;
import io.shiplog.command.decide.slice.TokenSlice;
import io.shiplog.command.decide.write.Chance;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.command.decide.write.Decision.Changed;
import io.shiplog.command.decide.write.Decision.Refused;
import io.shiplog.command.decide.write.DecisionContext;
import io.shiplog.command.decide.write.Deleting;
import io.shiplog.command.decide.write.Forms;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.admission.NodeRestriction;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.ApplyObject;
import io.shiplog.events.command.Command.BindPod;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.EvictPod;
import io.shiplog.events.command.Command.OpenStream;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.Command.RequestToken;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.KindVersion;
import io.shiplog.events.log.EventVerb;
import io.shiplog.events.object.ResourceType;
import io.shiplog.events.seal.Seal;
import io.shiplog.projections.image.StoredObject;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is common to all commands: their kind, authorization, and the way from a decision to a proposal. What a command does is in
 * its {@link Slice}. In two steps, because the key of an object to create is in the body: {@link #read} finds the key, {@link
 * #decide} the answer.
 */
public final class Decider {
    private final Function<ResourceType, Kind> rules;
    private final SchemaValidation schemas;
    private final Slice<CreateObject> create;
    private final Slice<ReplaceObject> replace;
    private final Slice<PatchObject> patch;
    private final Slice<ApplyObject> apply;
    private final Slice<DeleteObject> delete = (context, asked, command, current) ->
            Deleting.delete(context, current, (ObjectNode) current.json().tree(), command, EventVerb.DELETE);
    private final Slice<EvictPod> evict = new EvictSlice();
    private final Slice<BindPod> bind = new BindSlice();
    private final Slice<OpenStream> open = new OpenStreamSlice();
    private final Slice<RequestToken> token = new TokenSlice();

    /** A decider for the kinds of the state that it decides on. */
    public Decider(Function<ResourceType, Kind> rules, SchemaValidation schemas) {
        this.rules = rules;
        this.schemas = schemas;
        BodyReader bodies = new BodyReader(schemas);
        this.create = new CreateSlice(bodies, rules);
        this.replace = new ReplaceSlice(bodies);
        this.patch = new PatchSlice(bodies, schemas);
        this.apply = new ApplySlice(bodies);
    }

    /** A command with its slice. */
    private record Bound<C extends Command>(Slice<C> slice, C command) {
        private Reading read(Inquiry inquiry) {
            return slice.read(inquiry, command);
        }

        private Decision decide(DecisionContext context, Asked asked, @Nullable StoredObject current) {
            return current == null
                    ? slice.withoutObject(context, asked, command)
                    : slice.decide(context, asked, command, current);
        }
    }

    private Bound<?> bound(Command command) {
        return switch (command) {
            case CreateObject given -> new Bound<>(create, given);
            case ReplaceObject given -> new Bound<>(replace, given);
            case PatchObject given -> new Bound<>(patch, given);
            case ApplyObject given -> new Bound<>(apply, given);
            case DeleteObject given -> new Bound<>(delete, given);
            case EvictPod given -> new Bound<>(evict, given);
            case BindPod given -> new Bound<>(bind, given);
            case OpenStream given -> new Bound<>(open, given);
            case RequestToken given -> new Bound<>(token, given);
        };
    }

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
        KindVersion version = served == null ? null : served.version(request.version());
        if (served == null || version == null) {
            return new Unreadable(Inquiry.unknownType());
        }
        if (command instanceof Command.OfObject named
                && named.key().recordKey().chars().filter(c -> c == '/').count() > 3) {
            return new Unreadable(Refusal.notFound(named.key()));
        }
        return bound(command).read(new Inquiry(request, served, version, stored(served, state.kinds()), state, chance));
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

    /**
     * Decides.
     *
     * @param current the object as last decided, null if there is none
     */
    public Decision decide(Asked asked, @Nullable StoredObject current, DecidedState state, Chance chance) {
        Inquiry inquiry = asked.inquiry();
        CommandRequest request = inquiry.request();
        Bound<?> bound = bound(request.command());
        Refusal refusal = NodeRestriction.refusal(request.actor(), request.command(), asked.key(), current);
        if (refusal == null && current != null && bound.slice().changesContent()) {
            refusal = unreadable(current);
        }
        if (refusal != null) {
            return new Refused(refusal);
        }
        KindDescription kind = inquiry.kind();
        DecisionContext context = new DecisionContext(
                request,
                kind,
                asked.key(),
                rules.apply(request.command().type()),
                state,
                chance,
                new Forms(state.kinds(), kind, schemas));
        return bound.decide(context, asked, current);
    }

    /** A change of an object whose data key is lost would replace what the key still opens when it is restored. */
    private static @Nullable Refusal unreadable(StoredObject current) {
        return current.deleting()
                ? null
                : Seal.whyUnreadable(current.json())
                        .map(why -> Refusal.forbidden(
                                current.key(),
                                "it cannot be decrypted, and a change would lose its content: %s. Restore its key with 'shiplog keys import', or delete it"
                                        .formatted(why)))
                        .orElse(null);
    }
}
