package io.shiplog.docker.story;

import io.shiplog.events.log.Event;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which events to show. A null field asks for nothing; an event must satisfy all others.
 *
 * @param kind the kind ({@code pod}) or the resource ({@code pods}), in any case
 * @param actor part of the actor's name
 * @param happened what happened ({@code scheduled}) or the verb that was asked ({@code patch})
 */
public record EventFilter(
        @Nullable String kind,
        @Nullable String namespace,
        @Nullable String name,
        @Nullable String actor,
        @Nullable String happened,
        @Nullable Instant since,
        @Nullable Instant until)
        implements Predicate<Event> {

    @Override
    public boolean test(Event event) {
        return isKind(event)
                && same(namespace, event.key().namespace())
                && same(name, event.key().name())
                && (actor == null || event.actor().contains(actor))
                && (happened == null || happened.equals(event.type().happened()) || happened.equals(event.verb()))
                && (since == null || !event.time().isBefore(since))
                && (until == null || !event.time().isAfter(until));
    }

    private boolean isKind(Event event) {
        if (kind == null) {
            return true;
        }
        String wanted = kind.toLowerCase(Locale.ROOT);
        return wanted.equals(event.type().subject())
                || wanted.equals(event.key().type().resource());
    }

    private static boolean same(@Nullable String wanted, String is) {
        return wanted == null || wanted.equals(is);
    }
}
