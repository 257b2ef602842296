package io.shiplog.events.log;

import java.security.PublicKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The links of the newest events while reading a shard, to compare with signed heads. Not thread-safe. */
public final class RecentLinks {
    /** A writer signs a head at most this many events before it is read. */
    private static final int MOST = 16_384;

    private final Signers signers;
    private final Map<Long, String> links = new LinkedHashMap<>();
    private final List<Signatures.Part> parts = new ArrayList<>();
    private @Nullable SignedHead unknown;
    private long newest;

    /** @param signers whose signatures count; none: heads are not checked */
    public RecentLinks(Signers signers) {
        this.signers = signers;
    }

    /** Records an event's link. */
    public void add(long revision, String chain) {
        newest = revision;
        links.put(revision, chain);
        links.remove(revision - MOST);
    }

    /**
     * Checks a signed head, and records it.
     *
     * @return its error, as a predicate; null if there is none, or if no known key signed it
     */
    public @Nullable String add(SignedHead head) {
        if (signers.isEmpty()) {
            return null;
        }
        Optional<PublicKey> signer = signers.of(head);
        if (signer.isEmpty()) {
            unknown = head;
            return null;
        }
        if (head.revision() > newest) {
            return "is missing: the cluster signed revision %d, but the events before end at %d"
                    .formatted(head.revision(), newest);
        }
        String link = links.get(head.revision());
        if (link == null) {
            return null;
        }
        if (!link.equals(head.chain())) {
            return "has a different link in the hash chain than the cluster signed at %s: the past was rewritten, here or before"
                    .formatted(head.time());
        }
        note(new Signatures.Part(Signers.name(signer.get()), head));
        return null;
    }

    private void note(Signatures.Part part) {
        if (!parts.isEmpty() && parts.getLast().signer().equals(part.signer())) {
            parts.removeLast();
        }
        parts.add(part);
    }

    /** The heads recorded so far. */
    public Signatures signatures() {
        return new Signatures(parts, Optional.ofNullable(unknown));
    }
}
