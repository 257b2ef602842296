/**
 * What Kubernetes requires of every object and of the bodies that contain it: metadata, finalizers, equality. Called by {@code
 * write}, {@code slice} and the decider; depends on {@code command.kind} alone.
 */
@NullMarked
package io.shiplog.command.decide.object;

import org.jspecify.annotations.NullMarked;
