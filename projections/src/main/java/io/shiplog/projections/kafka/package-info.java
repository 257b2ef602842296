/**
 * Snapshots, keyframes and the index over the log, in Kafka topics. The one package of projections that knows kafka-clients;
 * nothing but the launchers and tests may depend on it.
 */
@NullMarked
package io.shiplog.projections.kafka;

import org.jspecify.annotations.NullMarked;
