/**
 * Views of stored objects for controllers and the scheduler: small values parsed from the bytes once and cached by revision,
 * since an image holds bytes and never trees. Everything here is a pure function of an object. May depend only on events,
 * projections and {@code kind.volume}.
 */
@NullMarked
package io.shiplog.command.control.view;

import org.jspecify.annotations.NullMarked;
