package io.shiplog.events.log;

/**
 * Where a record lies in Kafka.
 *
 * @param offset of the record, as consumers count
 */
public record RecordPosition(String topic, int partition, long offset) {}
