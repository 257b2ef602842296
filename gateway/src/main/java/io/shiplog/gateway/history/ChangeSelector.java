package io.shiplog.gateway.history;

import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.Event;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.select.FieldSelector;
import io.shiplog.gateway.select.FieldSelector.Requirement;
import io.shiplog.projections.history.ChangeFilter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Field selectors of changes: the known fields, and what a {@link ChangeFilter} can use of them. */
final class ChangeSelector {
    private static final Map<String, Function<Event, String>> FIELDS = new TreeMap<>(Map.of(
            "metadata.name",
            event -> Long.toString(event.revision()),
            "metadata.namespace",
            event -> event.key().namespace(),
            "object.namespace",
            event -> event.key().namespace(),
            "object.name",
            event -> event.key().name(),
            "actor",
            Event::actor,
            "impersonator",
            event -> event.impersonator() == null ? "" : event.impersonator(),
            "verb",
            Event::verb,
            "command",
            Event::commandId,
            "correlation",
            Event::correlationId));
    private static final String RESOURCE = "object.resource";
    private static final String KIND = "object.kind";
    private static final String TYPE = "type";

    private final KindCatalogue kinds;

    ChangeSelector(KindCatalogue kinds) {
        this.kinds = kinds;
    }

    /** The filter of a field selector; refused if a change has no such field. */
    Checked<ChangeFilter> filter(FieldSelector selector) {
        Checked<ChangeFilter> filter = Checked.ok(ChangeFilter.ALL);
        for (Requirement requirement : selector.requirements()) {
            filter = filter.then(sofar -> with(sofar, requirement));
        }
        return filter;
    }

    private Checked<ChangeFilter> with(ChangeFilter filter, Requirement requirement) {
        Predicate<Event> holds = holds(requirement);
        if (holds == null) {
            return Checked.bad("field label not supported: %s; changes can be selected by %s, %s, %s, %s"
                    .formatted(requirement.field(), String.join(", ", FIELDS.keySet()), KIND, RESOURCE, TYPE));
        }
        ChangeFilter all = filter.and(holds);
        return Checked.ok(requirement.equal() ? indexed(all, requirement) : all);
    }

    private @Nullable Predicate<Event> holds(Requirement requirement) {
        String value = requirement.value();
        Predicate<Event> equal = switch (requirement.field()) {
            case KIND -> event -> event.type().kind().equals(value.toLowerCase(Locale.ROOT));
            case RESOURCE ->
                event -> value.equals(event.key().type().resource())
                        || value.equals(event.key().type().qualified());
            case TYPE ->
                event -> value.equals(event.type().toString())
                        || value.equals(event.type().written())
                        || value.equals(event.type().happened());
            default -> {
                Function<Event, String> field = FIELDS.get(requirement.field());
                yield field == null ? null : event -> field.apply(event).equals(value);
            }
        };
        return equal == null || requirement.equal() ? equal : equal.negate();
    }

    /** The same condition in indexed form, if there is one. */
    private ChangeFilter indexed(ChangeFilter f, Requirement requirement) {
        String value = requirement.value();
        return switch (requirement.field()) {
            case "object.namespace", "metadata.namespace" ->
                new ChangeFilter(f.type(), value, f.name(), f.actor(), f.commandId(), f.correlationId(), f.rest());
            case "object.name" ->
                new ChangeFilter(f.type(), f.namespace(), value, f.actor(), f.commandId(), f.correlationId(), f.rest());
            case "actor" ->
                new ChangeFilter(f.type(), f.namespace(), f.name(), value, f.commandId(), f.correlationId(), f.rest());
            case "command" ->
                new ChangeFilter(f.type(), f.namespace(), f.name(), f.actor(), value, f.correlationId(), f.rest());
            case "correlation" ->
                new ChangeFilter(f.type(), f.namespace(), f.name(), f.actor(), f.commandId(), value, f.rest());
            case RESOURCE, KIND -> {
                ResourceType type = only(value);
                yield type == null
                        ? f
                        : new ChangeFilter(
                                type, f.namespace(), f.name(), f.actor(), f.commandId(), f.correlationId(), f.rest());
            }
            default -> f;
        };
    }

    /** The only type whose stored objects have this kind or resource, null if there are several or none. */
    private @Nullable ResourceType only(String word) {
        List<ResourceType> types = kinds.all().stream()
                .filter(kind -> kind.kind().equalsIgnoreCase(word)
                        || kind.plural().equals(word)
                        || kind.type().qualified().equals(word))
                .map(KindDescription::storedAs)
                .distinct()
                .toList();
        return types.size() == 1 ? types.getFirst() : null;
    }
}
