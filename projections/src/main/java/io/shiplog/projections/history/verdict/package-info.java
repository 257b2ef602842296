/**
 * The verdict at the start of an answer to "why?": one or two lines that name the cause. Pure functions of an object, the events
 * that led to its state, and the image of the moment. May depend only on the history and on images.
 */
@NullMarked
package io.shiplog.projections.history.verdict;

import org.jspecify.annotations.NullMarked;
