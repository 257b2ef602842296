/**
 * The state of a cluster after some event of each shard: the immutable image with its declared indexes, the step from one image to
 * the next ({@link io.shiplog.projections.image.ImageEvolution}, pure), and what a source of images offers. Knows of no log, no
 * store and no clock.
 */
@NullMarked
package io.shiplog.projections.image;

import org.jspecify.annotations.NullMarked;
