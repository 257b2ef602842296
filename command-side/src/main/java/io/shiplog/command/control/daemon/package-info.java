/**
 * Runs the pods of DaemonSets: one on each node that fits, replaced node by node in a rollout. Pure functions from an image to
 * commands. May depend on the loop, the views, what sets have in common, and the scheduler's constraints on nodes.
 */
@NullMarked
package io.shiplog.command.control.daemon;

import org.jspecify.annotations.NullMarked;
