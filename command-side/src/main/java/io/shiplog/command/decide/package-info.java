/**
 * {@code decide(state, command) → decision}: from a command to a proposal, and from a proposal to an event. Pure functions: no
 * clock, no randomness, no IO; these are passed in. Called by {@code command} and {@code command.axon}. Depends on the packages below, which do not
 * depend on it, and on {@code command.kind}.
 */
@NullMarked
package io.shiplog.command.decide;

import org.jspecify.annotations.NullMarked;
