/**
 * Snapshots, keyframes and the index over the log, in Kafka topics. The only package of projections that uses kafka-clients;
 * only the launchers and tests may depend on it.
 */
@NullMarked
package io.shiplog.projections.kafka;

import org.jspecify.annotations.NullMarked;
