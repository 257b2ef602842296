package io.shiplog.projections.history.verdict;

import io.shiplog.events.log.Event;
import io.shiplog.projections.history.PastChange;
import io.shiplog.projections.history.Users;
import io.shiplog.projections.history.cause.CauseStep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What led to an object, as far as the reader has access.
 *
 * @param own the object's own events, oldest first
 * @param eventMessage Event objects about it, oldest first
 * @param byId all events by the name that causes use
 */
record Chain(List<PastChange> own, List<Event> eventMessage, Map<String, PastChange> byId) {
    private static final int MAX_DEPTH = 32;

    static Chain of(Iterable<CauseStep> steps, Predicate<Event> visible) {
        List<PastChange> own = new ArrayList<>();
        List<Event> eventMessage = new ArrayList<>();
        Map<String, PastChange> byId = new HashMap<>();
        for (CauseStep step : steps) {
            if (step instanceof CauseStep.Known(PastChange change, CauseStep.Part part)
                    && visible.test(change.event())) {
                switch (part) {
                    case OBJECT -> own.add(change);
                    case TOLD -> eventMessage.add(change.event());
                    case CAUSE -> {}
                }
                byId.put(change.event().id(), change);
            }
        }
        return new Chain(own, eventMessage, byId);
    }

    /** The newest matching event of the object itself. */
    Optional<PastChange> newest(Predicate<Event> right) {
        return own.reversed().stream()
                .filter(change -> right.test(change.event()))
                .findFirst();
    }

    /** The event that an event names as its cause. */
    Optional<PastChange> cause(PastChange change) {
        return Optional.ofNullable(change.event().causationId()).map(byId::get);
    }

    /** The user's event at the root of an event; empty if there is none in the chain. */
    Optional<PastChange> root(PastChange from) {
        Optional<PastChange> each = Optional.of(from);
        for (int depth = 0; depth < MAX_DEPTH && each.isPresent(); depth++) {
            if (Users.asked(each.get().event())) {
                return each;
            }
            each = each.flatMap(this::cause);
        }
        return Optional.empty();
    }

    /** An event of the chain whose object has this uid. */
    Optional<PastChange> ofUid(String uid) {
        return byId.values().stream()
                .filter(change -> uid.equals(Words.uid(change.event())))
                .findFirst();
    }

    /** The message of the newest Event object whose reason starts with this; empty if there is none. */
    String eventMessage(String reason, String beginning) {
        for (Event event : eventMessage.reversed()) {
            String message = event.object().tree().path("message").asText("");
            if (event.object().tree().path("reason").asText("").equals(reason) && message.startsWith(beginning)) {
                return message;
            }
        }
        return "";
    }
}
