/**
 * What every controller is, and the one loop that drives them all: queue, plan on the image, send commands, learn from the
 * answers. A controller is a value without threads or IO; all waiting, repeating and backing off is here, once. May depend on
 * events and projections only; the controllers depend on it, it on none of them.
 */
@NullMarked
package io.shiplog.command.control.loop;

import org.jspecify.annotations.NullMarked;
