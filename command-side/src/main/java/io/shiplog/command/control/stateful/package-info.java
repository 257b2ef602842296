/**
 * Runs the pods of StatefulSets: each with a name and claims of its own, made and replaced in order. Pure functions from an
 * image to commands. May depend on the loop, the views, what sets have in common, and the kinds of volumes.
 */
@NullMarked
package io.shiplog.command.control.stateful;

import org.jspecify.annotations.NullMarked;
