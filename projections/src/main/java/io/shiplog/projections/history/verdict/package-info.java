/**
 * The verdict at the start of an answer to "why?": one or two lines, as an experienced colleague would put it. Pure functions
 * of an object, what led to it and the image of the moment. May depend only on the history and on images.
 */
@NullMarked
package io.shiplog.projections.history.verdict;

import org.jspecify.annotations.NullMarked;
