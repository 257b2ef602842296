package io.shiplog.command.decide.slice;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.slice.Reading.Asked;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.command.decide.write.DecisionContext;
import io.shiplog.events.command.Command.OpenStream;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.EventVerb;
import io.shiplog.projections.image.StoredObject;
import java.util.Objects;

/** Records a stream with time, container and command. Always an event, also if the same stream was opened before. */
public final class OpenStreamSlice implements Slice<OpenStream> {
    /** The annotation of the event's value about the stream. */
    public static final String ANNOTATION = "shiplog.io/stream-opened";

    @Override
    public Reading read(Inquiry inquiry, OpenStream command) {
        return EventVerb.ofStream(command.subresource()) == null
                ? new Reading.Unreadable(Inquiry.unknownType())
                : inquiry.ofPod(command);
    }

    @Override
    public Decision decide(DecisionContext context, Asked asked, OpenStream command, StoredObject current) {
        ObjectNode opened = JsonNodeFactory.instance.objectNode().put("stream", command.subresource());
        if (!command.container().isEmpty()) {
            opened.put("container", command.container());
        }
        if (!command.command().isEmpty()) {
            AccessEvent.put(opened.putArray("command"), command.command());
        }
        EventVerb verb = Objects.requireNonNull(EventVerb.ofStream(command.subresource()), "it was read");
        return AccessEvent.of(context, current, ChangeType.STREAM_OPENED, verb, ANNOTATION, opened);
    }
}
