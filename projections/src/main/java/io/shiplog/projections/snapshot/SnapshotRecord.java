package io.shiplog.projections.snapshot;

import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;

/**
 * An object in a snapshot.
 *
 * @param revision of the event that wrote it
 * @param correlationId of that event
 */
public record SnapshotRecord(ObjectKey key, long revision, String correlationId, Json object) {}
