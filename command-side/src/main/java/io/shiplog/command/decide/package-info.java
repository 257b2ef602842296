/**
 * {@code decide(state, command) → decision}: Kubernetes' rules for all kinds, and the calls of a kind's own strategy. Pure
 * functions: no clock, no randomness, no IO; these are passed in. Depends on command.kind and command.patch, and on no runtime.
 */
@NullMarked
package io.shiplog.command.decide;

import org.jspecify.annotations.NullMarked;
