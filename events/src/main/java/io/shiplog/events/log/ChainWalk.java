package io.shiplog.events.log;

import io.shiplog.events.log.LogCopy.BrokenChainException;

/** Follows the hash chain from event to event. Not thread-safe. */
public final class ChainWalk {
    private final String shard;
    private long revision;
    private long epoch;
    private String chain;
    /** Whether the next event's predecessor is unknown. */
    private boolean open;

    private ChainWalk(String shard, long revision, long epoch, String chain, boolean open) {
        this.shard = shard;
        this.revision = revision;
        this.epoch = epoch;
        this.chain = chain;
        this.open = open;
    }

    /** Starts after a known event, or before the first one: revision 0, epoch 0, {@link Chain#START}. */
    public static ChainWalk behind(String shard, long revision, long epoch, String chain) {
        return new ChainWalk(shard, revision, epoch, chain, false);
    }

    /** Starts anywhere: the first event's link is not verified. */
    public static ChainWalk anywhere(String shard) {
        return new ChainWalk(shard, 0, 0, Chain.START, true);
    }

    public long revision() {
        return revision;
    }

    public long epoch() {
        return epoch;
    }

    public String chain() {
        return chain;
    }

    /**
     * Advances to the next event.
     *
     * @throws BrokenChainException if it is not the next one
     */
    public void to(Event event) {
        boolean first = open && event.revision() > 1;
        if (!first) {
            follows(event);
        }
        open = false;
        revision = event.revision();
        epoch = event.epoch();
        chain = event.chain();
    }

    private void follows(Event event) {
        if (event.revision() != revision + 1) {
            throw new BrokenChainException(shard, event.revision(), "it does not follow revision " + revision);
        }
        if (event.epoch() < epoch) {
            throw new BrokenChainException(
                    shard, event.revision(), "its epoch %d is older than %d".formatted(event.epoch(), epoch));
        }
        if (!Chain.next(chain, shard, event.epoch(), event.draft()).equals(event.chain())) {
            throw new BrokenChainException(
                    shard,
                    event.revision(),
                    "it does not fit its link in the hash chain: it, or the event before, is not as it was written");
        }
    }
}
