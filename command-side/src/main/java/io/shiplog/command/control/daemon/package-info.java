/**
 * Runs the pods of DaemonSets: one on each node that fits, replaced node by node in a rollout. Pure functions from an image to
 * commands. May depend on the loop, the views, what sets have in common, {@code kind.check}, and the constraints of placement
 * in events.
 */
@NullMarked
package io.shiplog.command.control.daemon;

import org.jspecify.annotations.NullMarked;
