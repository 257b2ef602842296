/**
 * Rotates keys and destroys those of deleted objects when a KeyRotation requests it, once, in the writer's process. May depend
 * on the seal and the history of the log.
 */
@NullMarked
package io.shiplog.command.control.keys;

import org.jspecify.annotations.NullMarked;
