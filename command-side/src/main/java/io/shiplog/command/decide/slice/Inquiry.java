package io.shiplog.command.decide.slice;

import io.shiplog.command.decide.object.BodyReader;
import io.shiplog.command.decide.object.TypeRules;
import io.shiplog.command.decide.slice.Reading.Asked;
import io.shiplog.command.decide.slice.Reading.Unreadable;
import io.shiplog.command.decide.write.Chance;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.KindVersion;
import io.shiplog.events.object.ObjectKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What reading a command may use.
 *
 * @param served the kind that the client names
 * @param version in which the request is written
 * @param kind the kind as which its objects are stored
 */
public record Inquiry(
        CommandRequest request,
        KindDescription served,
        KindVersion version,
        KindDescription kind,
        DecidedState state,
        Chance chance) {

    /** The answer for a resource or subresource that does not exist. */
    public static Refusal unknownType() {
        return Refusal.of(Reason.NOT_FOUND, "the server could not find the requested resource");
    }

    /** The key of a command's object. */
    public ObjectKey key(Command command) {
        String name = command instanceof Command.OfObject named ? named.key().name() : "";
        return ObjectKey.of(kind.storedAs(), command.namespace(), name);
    }

    /** Whether the kind has a subresource; an empty one is the object itself. */
    boolean serves(String subresource) {
        return subresource.isEmpty()
                || kind.has(subresource)
                || (subresource.equals("finalize") && kind.storedAs().equals(TypeRules.NAMESPACES));
    }

    /** A command without a body, or with one that is read when the object is known. */
    public Reading asked(Command command) {
        return new Asked(this, key(command), null, List.of());
    }

    /** A command that only pods have. */
    Reading ofPod(Command command) {
        return command.type().equals(TypeRules.PODS) ? asked(command) : new Unreadable(unknownType());
    }

    /**
     * A command with a change that is read when the object is known.
     *
     * @param change its bytes
     */
    Reading ofChange(Command command, String subresource, Json change) {
        if (!serves(subresource)) {
            return new Unreadable(unknownType());
        }
        return change.size() > BodyReader.MAX_BODY_BYTES ? new Unreadable(BodyReader.tooLarge()) : asked(command);
    }

    /** A command with a body, if nothing speaks against it. */
    public Reading asked(ObjectKey key, BodyReader.Reading.Body body, @Nullable Refusal refusal) {
        return refusal == null ? new Asked(this, key, body.tree(), body.warnings()) : new Unreadable(refusal);
    }
}
