/**
 * The running side of deciding: one thread per shard that drains a queue, what is decided but not yet read back, the writer
 * and its loss. Knows the log and images, but neither Axon nor any rule; it is handed a function that decides.
 */
@NullMarked
package io.shiplog.command.shard;

import org.jspecify.annotations.NullMarked;
