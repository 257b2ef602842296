package io.shiplog.projections.history.diff;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The path of a value in an object, in the readable form {@code .spec.containers[name=web].image}. An item of a list is
 * identified by its key field, never by its index.
 */
public record ValuePath(List<Step> steps) {
    /** The object itself. */
    public static final ValuePath ROOT = new ValuePath(List.of());

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]+");

    public ValuePath {
        steps = List.copyOf(steps);
    }

    /** One step down. */
    public sealed interface Step {
        /** To a field of an object. */
        record Member(String name) implements Step {}

        /** To the item of a list whose field {@code key} has this value. */
        record Item(String key, String value) implements Step {}
    }

    public ValuePath member(String name) {
        return with(new Step.Member(name));
    }

    public ValuePath item(String key, String value) {
        return with(new Step.Item(key, value));
    }

    private ValuePath with(Step step) {
        List<Step> longer = new ArrayList<>(steps.size() + 1);
        longer.addAll(steps);
        longer.add(step);
        return new ValuePath(longer);
    }

    /** The path of the parent. The object itself has none. */
    public ValuePath parent() {
        return new ValuePath(steps.subList(0, steps.size() - 1));
    }

    /** Whether this is the other path or below it. */
    public boolean within(ValuePath other) {
        return steps.size() >= other.steps.size()
                && steps.subList(0, other.steps.size()).equals(other.steps);
    }

    /** Whether one of the two contains the other: a change of one is a change of the other. */
    public boolean touches(ValuePath other) {
        return within(other) || other.within(this);
    }

    /** Whether the path begins with these fields. */
    public boolean under(String... members) {
        if (steps.size() < members.length) {
            return false;
        }
        for (int i = 0; i < members.length; i++) {
            if (!steps.get(i).equals(new Step.Member(members[i]))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Step step : steps) {
            switch (step) {
                case Step.Member(String name) -> {
                    if (PLAIN.matcher(name).matches()) {
                        text.append('.').append(name);
                    } else {
                        text.append("[\"").append(name.replace("\"", "\\\"")).append("\"]");
                    }
                }
                case Step.Item(String key, String value) ->
                    text.append('[').append(key).append('=').append(value).append(']');
            }
        }
        return text.isEmpty() ? "." : text.toString();
    }
}
