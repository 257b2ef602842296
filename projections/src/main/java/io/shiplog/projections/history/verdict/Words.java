package io.shiplog.projections.history.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventVerb;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.history.Past;
import io.shiplog.projections.history.PastChange;
import io.shiplog.projections.history.diff.FieldChange;
import io.shiplog.projections.history.diff.FieldDiff;
import io.shiplog.projections.history.diff.Noise;
import io.shiplog.projections.history.text.ChangeText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The wording of verdicts. */
final class Words {
    private static final int MAX_MESSAGE = 300;
    private static final int MAX_VALUE = 60;

    private Words() {}

    static String uid(Event event) {
        return Past.uidOf(event);
    }

    /** {@code dana (#405)}. */
    static String by(Event event) {
        return who(event) + " (#" + event.revision() + ")";
    }

    /** {@code dana's #405}. */
    static String of(Event event) {
        return who(event) + "'s #" + event.revision();
    }

    static String who(Event event) {
        return line(ChangeText.asked(event));
    }

    /** {@code deployment shop/web}. */
    static String name(ObjectKey key) {
        String resource = key.type().resource();
        String kind = switch (resource) {
            case "endpoints" -> resource;
            default ->
                resource.endsWith("sses") || resource.endsWith("xes")
                        ? resource.substring(0, resource.length() - 2)
                        : resource.endsWith("ies")
                                ? resource.substring(0, resource.length() - 3) + "y"
                                : resource.endsWith("s") ? resource.substring(0, resource.length() - 1) : resource;
        };
        return kind + " " + (key.namespace().isEmpty() ? key.name() : key.namespace() + "/" + key.name());
    }

    /** A message on one line of bounded length. */
    static String message(String text) {
        String oneLine = line(text.strip());
        return oneLine.length() <= MAX_MESSAGE ? oneLine : oneLine.substring(0, MAX_MESSAGE - 1) + "…";
    }

    static String line(String text) {
        return ChangeText.line(text);
    }

    /** The effect of a change, by its first notable field: {@code image: nginx:1.27→nginx:1.72}. */
    static String change(PastChange change) {
        if (change.creates()) {
            return "created it";
        }
        List<FieldChange> fields = FieldDiff.of(change).stream()
                .filter(each -> !Noise.isNoise(each.path().toString())
                        && !each.path().toString().startsWith(".status"))
                .toList();
        if (fields.isEmpty()) {
            return "changed it";
        }
        String first = field(fields.getFirst());
        return fields.size() == 1 ? first : first + " and " + (fields.size() - 1) + " more";
    }

    /** The same for an event of another object: {@code deleted pod shop/web-1}. */
    static String done(PastChange change) {
        Event event = change.event();
        String name = name(event.key());
        if (change.creates()) {
            return "created " + name;
        }
        boolean ends = event.type().ends();
        if (ends) {
            return (EventVerb.EVICT.is(event.verb()) ? "evicted " : "deleted ") + name;
        }
        boolean secret = event.key().type().resource().equals("secrets");
        return secret ? "changed " + name : change(change) + " in " + name;
    }

    static String field(FieldChange field) {
        String[] names = field.path().toString().split("\\.");
        String name = names[names.length - 1];
        String before = value(field.before());
        String after = value(field.after());
        return line(
                switch (field.op()) {
                    case ADD -> "set " + name + (after.isEmpty() ? "" : " to " + after);
                    case REMOVE -> "removed " + name + (before.isEmpty() ? "" : " " + before);
                    case REPLACE ->
                        "changed " + name
                                + (before.isEmpty() || after.isEmpty() ? "" : " from " + before + " to " + after);
                });
    }

    /** Empty for a value that is too long or not scalar. */
    private static String value(@Nullable JsonNode value) {
        String text = value != null && value.isValueNode() ? value.asText() : "";
        return text.length() <= MAX_VALUE ? text : "";
    }

    /** {@code 1 pod}, {@code 3 pods}. */
    static String count(long count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }

    static String times(long count) {
        return count == 1 ? "once" : count + " times";
    }

    static JsonNode condition(JsonNode object, String type) {
        for (JsonNode condition : object.path("status").path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    static boolean isTrue(JsonNode object, String type) {
        return condition(object, type).path("status").asText().equals("True");
    }
}
