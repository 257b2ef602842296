package io.shiplog.gateway.history;

import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.projections.history.Users;
import io.shiplog.projections.history.diff.FieldChange;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The words of a search, in lower case. Something is found if every word is in it: in its name or namespace, at the beginning of its
 * kind, or, if the word has an equals sign, in one of its labels as {@code key=value}. An event is also found by who caused it and by
 * what happened; and by the path of a field that it changed, if the word begins with a dot. Pure.
 *
 * @param words what an object or an event must have
 * @param paths what the path of a changed field must have
 */
record SearchWords(List<String> words, List<String> paths) {
    /** The longest text of a search, in characters. */
    static final int MAX_LENGTH = 256;
    /** The most words of a search: every event is compared with each. */
    static final int MAX_WORDS = 8;

    /** Reads the text of a search; refuses one that is empty, or too long. */
    static Checked<SearchWords> of(String text) {
        if (text.length() > MAX_LENGTH) {
            return Checked.bad("spec.text: Too long: may not be more than %d characters".formatted(MAX_LENGTH));
        }
        List<String> words = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        for (String word : text.toLowerCase(Locale.ROOT).strip().split("\\s+")) {
            if (word.length() > 1 && word.startsWith(".")) {
                paths.add(word);
            } else if (!word.isEmpty()) {
                words.add(word);
            }
        }
        int count = words.size() + paths.size();
        if (count == 0) {
            return Checked.bad("spec.text: Required value: the words to search for");
        }
        return count > MAX_WORDS
                ? Checked.bad("spec.text: Too many: %d: must have at most %d words".formatted(count, MAX_WORDS))
                : Checked.ok(new SearchWords(List.copyOf(words), List.copyOf(paths)));
    }

    /** Whether fields are searched for, which only events change. */
    boolean aboutFields() {
        return !paths.isEmpty();
    }

    /** Whether an object has every word. No object has a changed field. */
    boolean matches(StoredObject object, String kind) {
        Supplier<Stream<String>> labels =
                () -> object.labels().entrySet().stream().map(label -> label.getKey() + "=" + label.getValue());
        return !aboutFields() && words.stream().allMatch(inObject(object.key(), kind, labels));
    }

    /** Whether the object of an event has every word. */
    boolean matchesObject(Event event) {
        return !aboutFields() && words.stream().allMatch(inObject(event));
    }

    /** Whether an event or its object has every word; the paths of the fields that it changed are not looked at. */
    boolean matches(Event event) {
        return words.stream().allMatch(inObject(event).or(word -> isAbout(event, word)));
    }

    /** Whether a change of these fields has every path. */
    boolean matches(List<FieldChange> fields) {
        List<String> changed =
                fields.stream().map(field -> lower(field.path().toString())).toList();
        return paths.stream().allMatch(path -> changed.stream().anyMatch(each -> each.contains(path)));
    }

    /** How well an object's name fits: 0 is best. */
    int rank(ObjectKey key) {
        String name = lower(key.name());
        if (words.contains(name)) {
            return 0;
        }
        if (words.stream().anyMatch(name::startsWith)) {
            return 1;
        }
        return words.stream().anyMatch(name::contains) ? 2 : 3;
    }

    private static Predicate<String> inObject(Event event) {
        return inObject(event.key(), event.type().kind(), () -> labels(event.object()));
    }

    private static Predicate<String> inObject(ObjectKey key, String kind, Supplier<Stream<String>> labels) {
        return word -> word.indexOf('=') >= 0
                ? labels.get().anyMatch(label -> lower(label).contains(word))
                : lower(key.name()).contains(word)
                        || lower(key.namespace()).contains(word)
                        || lower(kind).startsWith(word)
                        || key.type().resource().startsWith(word);
    }

    private static Stream<String> labels(Json object) {
        return object.tree().path("metadata").path("labels").properties().stream()
                .map(label -> label.getKey() + "=" + label.getValue().asText());
    }

    private static boolean isAbout(Event event, String word) {
        String impersonator = event.impersonator();
        return isCausedBy(event, word)
                || impersonator != null && lower(impersonator).contains(word)
                || event.type().happened().contains(word)
                || event.verb().equals(word);
    }

    /** Users are found by a part of their name, the cluster's own accounts by all of it: system:apiserver would be found by "api". */
    private static boolean isCausedBy(Event event, String word) {
        String actor = lower(event.actor());
        return Users.asked(event)
                ? actor.contains(word)
                : actor.equals(word)
                        || actor.substring(actor.lastIndexOf(':') + 1).equals(word);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
