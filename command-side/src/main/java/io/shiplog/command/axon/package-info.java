/**
 * Axon Framework as the way from a command to its event: command bus, interceptors, the event-sourced entity {@code ApiObject},
 * the storage engine over the log. The only package that imports Axon, so that Axon stays a choice. Depends on command.decide
 * for the rules and on command.shard for the log.
 */
@NullMarked
package io.shiplog.command.axon;

import org.jspecify.annotations.NullMarked;
