/**
 * The verdict with which the answer to "why?" begins: one or two lines, as a colleague would say it. Pure functions of an object,
 * what led to it and the image of the moment. May depend on the history and on images only.
 */
@NullMarked
package io.shiplog.projections.history.verdict;

import org.jspecify.annotations.NullMarked;
