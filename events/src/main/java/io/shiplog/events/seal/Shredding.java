package io.shiplog.events.seal;

import java.time.Instant;

/**
 * That a data key was destroyed.
 *
 * @param revision of the event by which it was asked for: it says who did
 */
public record Shredding(Instant time, long revision) {}
