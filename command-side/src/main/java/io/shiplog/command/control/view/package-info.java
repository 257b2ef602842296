/**
 * What controllers and the scheduler see in stored objects: small values read from the bytes once and remembered by revision,
 * since an image holds bytes and never trees. Everything here is a pure function of an object. May depend on events and
 * projections only.
 */
@NullMarked
package io.shiplog.command.control.view;

import org.jspecify.annotations.NullMarked;
