package io.shiplog.projections.snapshot;

import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;

/**
 * An object as a snapshot holds it.
 *
 * @param revision of the event that made it what it is
 * @param correlationId of that event
 */
public record SnapshotRecord(ObjectKey key, long revision, String correlationId, Json object) {}
