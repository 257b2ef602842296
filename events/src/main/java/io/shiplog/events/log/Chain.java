package io.shiplog.events.log;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hash chain over a shard: whoever edits the past breaks every link after it. */
public final class Chain {
    /** The link before the first event. */
    public static final String START = "0".repeat(64);

    private Chain() {}

    /** SHA-256 over the previous link and all of an event but its own link, as hexadecimal text. */
    public static String next(String previous, String shard, long epoch, EventDraft draft) {
        MessageDigest digest = sha256();
        text(digest, previous);
        text(digest, shard);
        text(digest, Long.toString(epoch));
        text(digest, Long.toString(draft.revision()));
        text(digest, draft.key().recordKey());
        text(digest, draft.type().toString());
        text(digest, draft.subject());
        text(digest, draft.time().toString());
        text(digest, draft.actor());
        text(digest, draft.verb());
        text(digest, draft.commandId());
        text(digest, draft.causationId() == null ? "" : draft.causationId());
        text(digest, draft.correlationId());
        text(digest, draft.node() == null ? "" : draft.node());
        if (draft.previous() != null) {
            // Records from before this attribute existed keep their links. No object begins with a digit: nothing reads
            // two ways.
            text(digest, Long.toString(draft.previous()));
        }
        if (draft.impersonator() != null) {
            text(digest, "impersonated by " + draft.impersonator());
        }
        digest.update(draft.object().atRest());
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void text(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
