/**
 * {@code decide(state, command) → decision}: the rules that Kubernetes has for all kinds, and the place where a kind's own
 * strategy is called. Pure functions: no clock, no randomness, no IO; what they need of these is passed in. May be used by
 * whoever runs decisions; depends on command.kind and command.patch, and on no runtime.
 */
@NullMarked
package io.shiplog.command.decide;

import org.jspecify.annotations.NullMarked;
