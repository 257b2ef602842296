package io.shiplog.command.control.volume;

import com.fasterxml.jackson.databind.node.TextNode;
import io.shiplog.command.control.loop.Step;
import io.shiplog.command.control.view.ContentHash;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.objectevent.ObjectEvent;
import io.shiplog.events.objectevent.ObjectEventRecorder;
import io.shiplog.projections.image.Image;
import java.time.Instant;
import java.util.List;

/**
 * An Event object about a state in which nothing is to be done: why a claim waits. Its name follows from what it says, so that a plan
 * that is made again does not repeat it.
 */
final class OnceEvent {
    private OnceEvent() {}

    /** The step that records an event; none if it is recorded. */
    static List<Step> of(Image image, ObjectEvent event, Instant now) {
        String says = event.regarding().uid() + event.reason() + event.message();
        String name = event.regarding().name() + "." + ContentHash.of(TextNode.valueOf(says), 0);
        Command create = ObjectEventRecorder.named(event, name, now);
        boolean recorded = create instanceof CreateObject object
                && image.get(ObjectKey.of(ObjectEventRecorder.EVENTS, object.namespace(), name)) != null;
        return recorded ? List.of() : List.of(Step.of(create));
    }
}
