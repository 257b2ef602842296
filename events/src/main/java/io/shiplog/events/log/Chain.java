package io.shiplog.events.log;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The hash chain over a shard: editing the past breaks every later link. */
public final class Chain {
    /** The link before the first event. */
    public static final String START = "0".repeat(64);

    private static final MessageDigest SHA_256 = platformSha256();

    private Chain() {}

    /** SHA-256 over the previous link and everything of an event except its own link, as hexadecimal text. */
    public static String next(String previous, String shard, long epoch, EventDraft draft) {
        Link link = after(previous)
                .text(shard)
                .text(Long.toString(epoch))
                .text(Long.toString(draft.revision()))
                .text(draft.key().recordKey())
                .text(draft.type().written())
                .text(draft.subject())
                .text(draft.time().toString())
                .text(draft.actor())
                .text(draft.verb())
                .text(draft.commandId())
                .text(draft.causationId())
                .text(draft.correlationId())
                .text(draft.node());
        if (draft.previous() != null) {
            // Records from before this attribute existed keep their links. No object begins with a digit: the input is
            // unambiguous.
            link.text(Long.toString(draft.previous()));
        }
        if (draft.impersonator() != null) {
            link.impersonator(draft.impersonator());
        }
        return link.object(draft.object().atRest());
    }

    /** Starts a link after another one. */
    public static Link after(String previous) {
        return new Link().text(previous);
    }

    /** A link being computed: takes the parts of an event in the order of {@link #next}. */
    public static final class Link {
        /** Enough for most: the parts but the object, hashed in one call. */
        private static final int EXPECTED_BYTES = 1_024;

        private byte[] parts = new byte[EXPECTED_BYTES];
        private int length;

        private Link() {}

        /** The next part; null for a missing one. */
        public Link text(@Nullable String text) {
            return text(text == null ? null : text.getBytes(StandardCharsets.UTF_8));
        }

        /** The next part in UTF-8; null for a missing one. */
        public Link text(byte @Nullable [] utf8) {
            int more = utf8 == null ? 0 : utf8.length;
            if (length + more + 1 > parts.length) {
                parts = Arrays.copyOf(parts, 2 * (length + more + 1));
            }
            if (utf8 != null) {
                System.arraycopy(utf8, 0, parts, length, more);
            }
            length += more;
            parts[length++] = '\n';
            return this;
        }

        /** The impersonator. */
        public Link impersonator(String user) {
            return text("impersonated by " + user);
        }

        /** The stored object, which is the last part; returns the link. */
        public String object(byte @Nullable [] atRest) {
            MessageDigest digest = sha256();
            digest.update(parts, 0, length);
            if (atRest != null) {
                digest.update(atRest);
            }
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    private static MessageDigest sha256() {
        try {
            // A copy costs less than a search through the security providers.
            return (MessageDigest) SHA_256.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the platform's SHA-256 can be copied", e);
        }
    }

    private static MessageDigest platformSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
