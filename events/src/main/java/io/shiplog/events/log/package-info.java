/**
 * The log: all events, in order, forever. The port {@link io.shiplog.events.log.EventLog} has a Kafka and an in-memory
 * implementation, and one contract suite for both. Only the Kafka implementation may use kafka-clients.
 */
@NullMarked
package io.shiplog.events.log;

import org.jspecify.annotations.NullMarked;
