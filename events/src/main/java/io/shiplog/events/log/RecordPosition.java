package io.shiplog.events.log;

/**
 * The position of a record in Kafka.
 *
 * @param offset of the record, as consumers count
 */
public record RecordPosition(String topic, int partition, long offset) {}
