/**
 * What the log adds up to: the current image, its history, watches, and the image of any earlier moment. Everything here is a
 * function of the log and can be thrown away and rebuilt. Knows the events module alone.
 */
@NullMarked
package io.shiplog.projections;

import org.jspecify.annotations.NullMarked;
