/**
 * Secrets in a log that forgets nothing: what an object of a sealed kind says is encrypted before it reaches the log and opened
 * when somebody looks, so that whoever destroys its key makes its whole history unreadable. The one function is {@link
 * io.shiplog.events.seal.Seal}; key-encryption keys and their store are ports. May know the log and object packages, and no
 * Kafka outside {@code seal.kafka}.
 */
@NullMarked
package io.shiplog.events.seal;

import org.jspecify.annotations.NullMarked;
