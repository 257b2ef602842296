/**
 * The state derived from the log: the current image, its history, watches, and the image of any earlier moment. Everything here
 * is a function of the log and can be discarded and rebuilt. Depends only on the events module.
 */
@NullMarked
package io.shiplog.projections;

import org.jspecify.annotations.NullMarked;
