/**
 * When a KeyRotation is asked for, then the keys are rotated and those of deleted objects destroyed, once, by the process that
 * writes. May know the seal and the history of the log.
 */
@NullMarked
package io.shiplog.command.control.keys;

import org.jspecify.annotations.NullMarked;
