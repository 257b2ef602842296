/**
 * The log: what happened, in order, for ever. The port {@link io.shiplog.events.log.EventLog} has a Kafka and an in-memory
 * form, and one contract suite for both. Only the Kafka form may know kafka-clients.
 */
@NullMarked
package io.shiplog.events.log;

import org.jspecify.annotations.NullMarked;
