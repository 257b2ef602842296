package io.shiplog.projections.history;

/**
 * A query for events.
 *
 * @param from the first revision, included
 * @param to the last revision, included; {@link Long#MAX_VALUE} for the newest
 */
public record ChangeQuery(String shard, long from, long to, Order order, ChangeFilter filter) {

    /** Which event comes first. */
    public enum Order {
        OLDEST_FIRST,
        NEWEST_FIRST
    }

    /** All events in a range of a shard that pass a filter, oldest first. */
    public static ChangeQuery oldestFirst(String shard, long from, long to, ChangeFilter filter) {
        return new ChangeQuery(shard, from, to, Order.OLDEST_FIRST, filter);
    }

    /** All events in a range of a shard that pass a filter, newest first. */
    public static ChangeQuery newestFirst(String shard, long from, long to, ChangeFilter filter) {
        return new ChangeQuery(shard, from, to, Order.NEWEST_FIRST, filter);
    }

    /** The same query from {@link ChangePage#next} on. */
    public ChangeQuery goingOn(long next) {
        return order == Order.OLDEST_FIRST
                ? new ChangeQuery(shard, next, to, order, filter)
                : new ChangeQuery(shard, from, next, order, filter);
    }
}
