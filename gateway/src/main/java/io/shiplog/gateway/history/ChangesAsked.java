package io.shiplog.gateway.history;

import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.Moment;
import io.shiplog.gateway.http.Query;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.select.FieldSelector;
import io.shiplog.gateway.view.ChangeKind;
import io.shiplog.gateway.view.Form;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.ChangeQuery.Order;
import io.shiplog.projections.history.LogHistory;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a list or watch of changes.
 *
 * @param narrowed whether it selects some changes and not all: then records that cannot be decoded are omitted, unless {@code
 *     gaps=true}
 * @param limit of a page; 0 for no limit
 * @param fields whether changes include field changes
 */
record ChangesAsked(
        String shard, ChangeFilter filter, boolean narrowed, Range range, int limit, boolean fields, Form form) {
    private static final Set<String> SHARDS = Set.of("events", "leases", "happenings");

    /**
     * A range of time.
     *
     * @param from null for the oldest
     * @param to null for the newest
     */
    record Range(@Nullable Moment from, @Nullable Moment to, Order order) {}

    /** Parses a request. Under {@code /at/} its moment is the end, unless an earlier one is given. */
    static Checked<ChangesAsked> of(Exchange exchange) {
        Query query = exchange.query();
        boolean narrowed =
                !query.flag("gaps") && (!exchange.info().namespace().isEmpty() || query.has("fieldSelector"));
        boolean fields = !query.has("fields") || query.flag("fields");
        return shard(query)
                .then(shard -> filter(exchange)
                        .then(filter -> range(exchange)
                                .then(range -> limit(query)
                                        .then(limit -> form(exchange)
                                                .map(form -> new ChangesAsked(
                                                        shard, filter, narrowed, range, limit, fields, form))))));
    }

    private static Checked<String> shard(Query query) {
        String shard = query.text("shard");
        if (shard.isEmpty()) {
            return Checked.ok("events");
        }
        return SHARDS.contains(shard)
                ? Checked.ok(shard)
                : Checked.bad("shard: there is no shard \"%s\", only events, leases and happenings".formatted(shard));
    }

    private static Checked<ChangeFilter> filter(Exchange exchange) {
        Query query = exchange.query();
        if (!query.text("labelSelector").isEmpty()) {
            return Checked.bad("changes have no labels: use a fieldSelector");
        }
        ChangeSelector fields = new ChangeSelector(exchange.ports().kinds());
        String namespace = exchange.info().namespace();
        return FieldSelector.parse(query.text("fieldSelector"))
                .then(fields::filter)
                .map(filter -> namespace.isEmpty() ? filter : filter.inNamespaceOnly(namespace));
    }

    private static Checked<Range> range(Exchange exchange) {
        return moment(exchange, "from")
                .then(from -> moment(exchange, "to")
                        .then(to -> order(exchange.query()).then(order -> {
                            Moment end = to.value();
                            return forward(new Range(
                                    from.value(), end == null && !exchange.now() ? exchange.moment() : end, order));
                        })));
    }

    /** A range that ends before it begins is an error, not an empty range. */
    private static Checked<Range> forward(Range range) {
        boolean backward = switch (range.from()) {
            case Moment.AtRevision(long first) -> range.to() instanceof Moment.AtRevision(long last) && first > last;
            case Moment.AtTime(Instant first) ->
                range.to() instanceof Moment.AtTime(Instant last) && first.isAfter(last);
            case Moment.Now() -> false;
            case null -> false;
        };
        return backward && range.from() != null && range.to() != null
                ? Checked.bad("invalid range: its start, %s, is after its end, %s"
                        .formatted(range.from().shown(), range.to().shown()))
                : Checked.ok(range);
    }

    private static Checked<Query.OptionalValue<Moment>> moment(Exchange exchange, String name) {
        String text = exchange.query().text(name);
        return text.isEmpty()
                ? Checked.ok(new Query.OptionalValue<>(null))
                : Moment.parse(text, exchange.ports().clock().instant()).map(Query.OptionalValue::new);
    }

    private static Checked<Order> order(Query query) {
        return switch (query.text("order")) {
            case "", "oldest" -> Checked.ok(Order.OLDEST_FIRST);
            case "newest" -> Checked.ok(Order.NEWEST_FIRST);
            default -> Checked.bad("order: \"oldest\" or \"newest\", not \"%s\"".formatted(query.text("order")));
        };
    }

    private static Checked<Integer> limit(Query query) {
        return query.number("limit").map(asked -> {
            Long limit = asked.value();
            return limit == null || limit <= 0 ? 0 : (int) Math.min(limit, LogHistory.MAX_PAGE);
        });
    }

    private static Checked<Form> form(Exchange exchange) {
        boolean watching = exchange.info().verb().equals("watch");
        return Form.of(
                exchange,
                ChangeKind.SERVED,
                !watching || exchange.accepted().as().equals("PartialObjectMetadataList"));
    }
}
