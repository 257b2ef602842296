/**
 * Keyframes: whole images at some revisions of the past, from which later moments are replayed. Derived from the log, never
 * trusted beyond their digests. Depends only on snapshots and the events module.
 */
@NullMarked
package io.shiplog.projections.keyframe;

import org.jspecify.annotations.NullMarked;
