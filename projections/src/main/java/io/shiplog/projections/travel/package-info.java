/**
 * Images and single objects at earlier moments: the nearest image or keyframe, and a replay of the log from there. For a single
 * object its own history in the log is often enough.
 */
@NullMarked
package io.shiplog.projections.travel;

import org.jspecify.annotations.NullMarked;
