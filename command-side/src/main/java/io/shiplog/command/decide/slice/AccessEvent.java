package io.shiplog.command.decide.slice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.object.ApiPath;
import io.shiplog.command.decide.object.Pods;
import io.shiplog.command.decide.write.Decision.Changed;
import io.shiplog.command.decide.write.DecisionContext;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.EventVerb;
import io.shiplog.projections.image.StoredObject;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Makes the event of an access: somebody was let in, and the object stays as it was. The value is the object's identity with an annotation that says
 * what was given, so that an access costs the log less than a kilobyte or two, however large the object is.
 */
public final class AccessEvent {
    /** The rest of longer lists of words is left out. */
    public static final int MAX_WORDS_BYTES = 1024;

    /** A word's quotes and comma. */
    private static final int WORD_BYTES = 3;

    /** A control character: a backslash, {@code u} and four digits. */
    private static final int ESCAPED_BYTES = 6;

    private static final List<String> IDENTITY = List.of("name", "namespace", "uid", "creationTimestamp");

    private AccessEvent() {}

    /**
     * The event.
     *
     * @param current the object that was accessed
     * @param access what was given; its time is added
     */
    static Changed of(
            DecisionContext context,
            StoredObject current,
            ChangeType type,
            EventVerb verb,
            String annotation,
            ObjectNode access) {
        ObjectNode what = JsonNodeFactory.instance.objectNode().put("time", context.timestamp());
        what.setAll(access);
        JsonNode object = current.json().tree();
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        value.set("kind", object.path("kind"));
        value.set("apiVersion", object.path("apiVersion"));
        ObjectNode metadata = value.putObject("metadata");
        IDENTITY.forEach(field -> {
            JsonNode known = object.path("metadata").path(field);
            if (known.isTextual()) {
                metadata.set(field, known);
            }
        });
        metadata.putObject("annotations").put(annotation, what.toString());
        return new Changed(
                context.key(),
                type.to(context.kind()),
                ApiPath.of(context.kind(), context.key()),
                verb,
                Outcome.CHANGED,
                value,
                Pods.node(context.key(), (ObjectNode) object),
                null,
                List.of(),
                List.of());
    }

    /** Adds words to a list, as many as fit; the last one may be cut. */
    static void put(ArrayNode words, List<String> all) {
        int room = MAX_WORDS_BYTES;
        for (String word : all) {
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
