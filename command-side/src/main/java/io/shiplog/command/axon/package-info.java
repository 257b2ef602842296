/**
 * Axon Framework as the path from a command to its event: command bus, interceptors, the storage engine over the
 * log. The only package that imports Axon, so that it can be replaced. Depends on
 * command.decide for the rules and on command.shard for the log.
 */
@NullMarked
package io.shiplog.command.axon;

import org.jspecify.annotations.NullMarked;
