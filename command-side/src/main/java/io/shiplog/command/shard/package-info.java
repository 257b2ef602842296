/**
 * The runtime of deciding: one thread per shard that drains a queue, the decisions not yet read back, the writer and its loss.
 * Depends on the log and images, but neither on Axon nor on any rule; the deciding function is passed in.
 */
@NullMarked
package io.shiplog.command.shard;

import org.jspecify.annotations.NullMarked;
