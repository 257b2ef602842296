/**
 * The difference between two states of an object, by fields and by lines: paths of values, list items by their key. Pure
 * functions on trees and texts. {@code blame}, {@code undo}, {@code text} and {@code verdict} call it; it depends on {@code
 * history} alone.
 */
@NullMarked
package io.shiplog.projections.history.diff;

import org.jspecify.annotations.NullMarked;
