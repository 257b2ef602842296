package io.shiplog.events.seal;

import java.time.Instant;

/**
 * A destroyed data key.
 *
 * @param revision of the event that requested it: it names the user
 */
public record Shredding(Instant time, long revision) {}
