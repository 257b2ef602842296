/**
 * Wrapped data keys on Kafka: a small compacted topic. Other code uses the port {@link io.shiplog.events.seal.KeyStore} and
 * imports this package only to open it.
 */
@NullMarked
package io.shiplog.events.seal.kafka;

import org.jspecify.annotations.NullMarked;
