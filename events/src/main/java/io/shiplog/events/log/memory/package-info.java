/** The log in memory: for tests, and for what-if clusters. Passes the same contract suite as the Kafka implementation. */
@NullMarked
package io.shiplog.events.log.memory;

import org.jspecify.annotations.NullMarked;
