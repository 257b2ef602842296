/**
 * The log on Kafka: one topic of one partition for each shard, CloudEvents in Kafka binary mode, claims, epochs and read-back
 * (docs/adr/0101 to 0104). Everybody else speaks to the port {@link io.shiplog.events.log.EventLog} and never imports this
 * package but to open it. It alone knows kafka-clients.
 */
@NullMarked
package io.shiplog.events.log.kafka;

import org.jspecify.annotations.NullMarked;
