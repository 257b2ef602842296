package io.shiplog.command.decide;

import io.shiplog.command.decide.object.Unnumbered;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.EventDraft;
import io.shiplog.events.object.ObjectKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a command comes to, found on any thread. The decider makes it an event if the state has not moved since, or has it made again. */
public sealed interface Proposal {
    /** The command. */
    CommandRequest request();

    /** Nothing changes: a refusal, or an object that is already as it should be. True of the state that the proposal saw. */
    record Answer(CommandRequest request, CommandResult result) implements Proposal {}

    /**
     * One object changes. All that costs is done: the decider adds the revision.
     *
     * @param base the revision of the object that the change is based on, 0 if there was none
     * @param since the proposal saw at least everything up to this revision of its shard
     */
    record Change(CommandRequest request, Decision.Changed changed, Bytes bytes, long base, long since)
            implements Proposal {
        /** The object that changes. */
        public ObjectKey key() {
            return changed.key();
        }

        /**
         * Whether the decider may make it an event: the object is the one that it is based on, and its guards hold.
         *
         * @param current the revision of the newest decided object, 0 if there is none
         */
        public boolean stands(long current, DecidedState state) {
            return current == base && changed.guards().stream().allMatch(guard -> guard.holds(state, since));
        }

        /** The event. */
        public EventDraft draft(long revision, Instant now) {
            return Drafting.draft(this, revision, now);
        }

        /**
         * Why the event cannot go into the log, or null.
         *
         * @param draft the event
         */
        public @Nullable Refusal tooLarge(EventDraft draft) {
            return Drafting.tooLarge(key(), draft.object().size());
        }

        /** The client's answer, once the event is in the log. For a dry run the answer is without a revision. */
        public CommandResult answer(EventDraft draft) {
            if (request.dryRun()) {
                return new Accepted(key(), 0, bytes.dryRun(), changed.outcome(), changed.warnings());
            }
            Unnumbered other = bytes.answer();
            Json object = other == null ? draft.object() : other.numbered(draft.revision());
            return new Accepted(key(), draft.revision(), object, changed.outcome(), changed.warnings());
        }
    }

    /**
     * The bytes of a change.
     *
     * @param object the object
     * @param answer the client's answer instead of the object, or null
     * @param dryRun the answer of a dry run; empty for any other command
     */
    record Bytes(Unnumbered object, @Nullable Unnumbered answer, Json dryRun) {}
}
