package io.shiplog.command.decide;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.Decider.Asked;
import io.shiplog.command.decide.Decider.Reading;
import io.shiplog.command.decide.Decision.Changed;
import io.shiplog.command.kind.Trees;
import io.shiplog.events.command.Command.OpenStream;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.log.ChangeType;
import io.shiplog.projections.image.StoredObject;
import java.util.List;

/**
 * Records a stream: the pod stays what it is, but for an annotation with time, container and command. Always an event, also if the same
 * stream was opened before.
 */
final class OpenStreamSlice implements Slice<OpenStream> {
    /** The annotation of a pod about the stream that was opened last. */
    static final String ANNOTATION = "shiplog.io/stream-opened";

    /** The rest of a longer command is left out of the annotation. */
    static final int MAX_COMMAND_CHARS = 1024;

    @Override
    public Reading read(Inquiry inquiry, OpenStream command) {
        return inquiry.ofPod(command);
    }

    @Override
    public Decision decide(DecisionContext context, Asked asked, OpenStream command, StoredObject current) {
        ObjectNode next = ((ObjectNode) current.json().tree()).deepCopy();
        ObjectNode opened = next.objectNode();
        opened.put("time", context.timestamp());
        opened.put("stream", command.subresource());
        if (!command.container().isEmpty()) {
            opened.put("container", command.container());
        }
        if (!command.command().isEmpty()) {
            put(opened.putArray("command"), command.command());
        }
        Trees.object(Trees.object(next, "metadata"), "annotations").put(ANNOTATION, opened.toString());
        return new Changed(
                context.key(),
                ChangeType.STREAM_OPENED.to(context.kind()),
                ApiPath.of(context.kind(), context.key()),
                command.subresource(),
                Outcome.CHANGED,
                next,
                Pods.node(context.key(), next),
                null,
                List.of(),
                List.of());
    }

    private static void put(ArrayNode words, List<String> command) {
        int room = MAX_COMMAND_CHARS;
        for (String word : command) {
            if (word.length() > room) {
                words.add(word.substring(0, isInsidePair(word, room) ? room - 1 : room) + "…");
                return;
            }
            words.add(word);
            room -= word.length();
        }
    }

    /** Whether a cut there leaves half a surrogate pair, which no log can hold. */
    private static boolean isInsidePair(String word, int cut) {
        return cut > 0 && Character.isHighSurrogate(word.charAt(cut - 1));
    }
}
