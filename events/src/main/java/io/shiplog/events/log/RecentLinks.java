package io.shiplog.events.log;

import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The links of the newest events while reading a shard, to compare with signed heads. Not thread-safe. */
public final class RecentLinks {
    /** A writer signs a head at most this many events before it is read. */
    private static final int MOST = 16_384;

    private final Map<Long, String> links = new LinkedHashMap<>();
    private long newest;

    /** Records an event's link. */
    public void add(long revision, String chain) {
        newest = revision;
        links.put(revision, chain);
        links.remove(revision - MOST);
    }

    /** Whether the link of a revision is known. */
    public boolean knows(long revision) {
        return links.containsKey(revision);
    }

    /** The error of a signed head, as a predicate; null if there is none. */
    public @Nullable String contradiction(SignedHead head, PublicKey signer) {
        if (!head.isSignedBy(signer)) {
            return "has a signed head that this cluster's key did not sign";
        }
        if (head.revision() > newest) {
            return "is missing: the cluster signed revision %d, but the events before end at %d"
                    .formatted(head.revision(), newest);
        }
        String link = links.get(head.revision());
        return link == null || link.equals(head.chain())
                ? null
                : "has a different link in the hash chain than the cluster signed at %s: the past was rewritten, here or before"
                        .formatted(head.time());
    }
}
