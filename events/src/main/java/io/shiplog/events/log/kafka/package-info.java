/**
 * The log on Kafka: one topic of one partition for each shard, CloudEvents in Kafka binary mode, claims, epochs and read-back
 * (docs/adr/0101 to 0104), and the MACs on records (0106). {@code KafkaLogWriter} appends; {@code LiveReader} follows the end;
 * {@code RevisionSearch} and {@code LogWindow} start in the middle; {@code Sequencer} decides which records count. Other code
 * uses the port {@link io.shiplog.events.log.EventLog} and imports this package only to open it.
 */
@NullMarked
package io.shiplog.events.log.kafka;

import org.jspecify.annotations.NullMarked;
