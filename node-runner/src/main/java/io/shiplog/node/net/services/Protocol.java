package io.shiplog.node.net.services;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A transport protocol of a port. */
public enum Protocol {
    TCP,
    UDP,
    SCTP;

    /** Parses Kubernetes' upper-case name; the empty text is TCP, its default; null for any other. */
    public static @Nullable Protocol parse(String text) {
        return switch (text) {
            case "", "TCP" -> TCP;
            case "UDP" -> UDP;
            case "SCTP" -> SCTP;
            default -> null;
        };
    }

    /** The lower-case form of nftables and of DNS names. */
    public String lower() {
        return name().toLowerCase(Locale.ROOT);
    }
}
