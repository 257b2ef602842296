package io.shiplog.command.decide.slice;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.object.ApiPath;
import io.shiplog.command.decide.object.Pods;
import io.shiplog.command.decide.slice.Reading.Asked;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.command.decide.write.Decision.Changed;
import io.shiplog.command.decide.write.DecisionContext;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Command.OpenStream;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.EventVerb;
import io.shiplog.projections.image.StoredObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * Records a stream: the pod stays what it is, but for an annotation with time, container and command. Always an event, also if the same
 * stream was opened before.
 */
public final class OpenStreamSlice implements Slice<OpenStream> {
    /** The annotation of a pod about the stream that was opened last. */
    public static final String ANNOTATION = "shiplog.io/stream-opened";

    /** The rest of a longer command is left out of the annotation. */
    public static final int MAX_COMMAND_BYTES = 1024;

    /** A word's quotes and comma. */
    private static final int WORD_BYTES = 3;

    /** A control character: a backslash, {@code u} and four digits. */
    private static final int ESCAPED_BYTES = 6;

    @Override
    public Reading read(Inquiry inquiry, OpenStream command) {
        return EventVerb.ofStream(command.subresource()) == null
                ? new Reading.Unreadable(Inquiry.unknownType())
                : inquiry.ofPod(command);
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
                Objects.requireNonNull(EventVerb.ofStream(command.subresource())),
                Outcome.CHANGED,
                next,
                Pods.node(context.key(), next),
                null,
                List.of(),
                List.of());
    }

    private static void put(ArrayNode words, List<String> command) {
        int room = MAX_COMMAND_BYTES;
        for (String word : command) {
            room -= WORD_BYTES;
            int end = 0;
            while (end < word.length() && room >= bytes(word.codePointAt(end))) {
                room -= bytes(word.codePointAt(end));
                end += Character.charCount(word.codePointAt(end));
            }
            if (end < word.length() || room < 0) {
                words.add(word.substring(0, end) + "…");
                return;
            }
            words.add(word);
        }
    }

    /** Of a character in a JSON text. */
    private static int bytes(int character) {
        if (character < ' ') {
            return ESCAPED_BYTES;
        }
        return character == '"' || character == '\\'
                ? 2
                : Character.toString(character).getBytes(StandardCharsets.UTF_8).length;
    }
}
