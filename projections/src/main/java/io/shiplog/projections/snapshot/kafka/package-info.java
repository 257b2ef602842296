/**
 * Snapshots in a compacted Kafka topic. The one package of projections that knows kafka-clients; nothing but the launchers
 * and tests may depend on it.
 */
@NullMarked
package io.shiplog.projections.snapshot.kafka;

import org.jspecify.annotations.NullMarked;
