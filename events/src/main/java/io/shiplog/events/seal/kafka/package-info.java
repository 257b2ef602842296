/**
 * Wrapped data keys on Kafka: a small compacted topic. Everybody else speaks to the port {@link
 * io.shiplog.events.seal.KeyStore} and never imports this package but to open it.
 */
@NullMarked
package io.shiplog.events.seal.kafka;

import org.jspecify.annotations.NullMarked;
