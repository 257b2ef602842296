/** Tests of the keys' records. */
@NullMarked
package io.shiplog.events.seal.kafka;

import org.jspecify.annotations.NullMarked;
