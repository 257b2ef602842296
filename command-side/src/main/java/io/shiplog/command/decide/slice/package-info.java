/**
 * A slice per command: how it is parsed, and what it does to an object. Called by the decider; depends on {@code write},
 * {@code object}, {@code command.kind} and {@code command.patch}.
 */
@NullMarked
package io.shiplog.command.decide.slice;

import org.jspecify.annotations.NullMarked;
