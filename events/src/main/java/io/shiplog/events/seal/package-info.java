/**
 * Encryption of objects in a log that deletes nothing: the content of encrypted kinds is encrypted before it reaches the log
 * and decrypted for readers, so that destroying its key makes its whole history unreadable. The entry is {@link
 * io.shiplog.events.seal.Seal}; key-encryption keys and their store are ports. May depend on the log, object and json
 * packages, and on Kafka only in {@code seal.kafka}.
 */
@NullMarked
package io.shiplog.events.seal;

import org.jspecify.annotations.NullMarked;
