/**
 * The changes of one type from any revision on: from memory for the recent window, from the log before it. A reader that falls
 * behind the window goes on in the log and loses nothing.
 */
@NullMarked
package io.shiplog.projections.watch;

import org.jspecify.annotations.NullMarked;
