/**
 * The status of PodDisruptionBudgets. Evictions are admitted by the decider, which counts the pods by the same rules. May depend on the
 * loop, the views and the kinds of policy.
 */
@NullMarked
package io.shiplog.command.control.disruption;

import org.jspecify.annotations.NullMarked;
