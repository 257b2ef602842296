/**
 * The controller interface, and the loop that drives all controllers: queue, plan on the image, send commands, handle the
 * answers. A controller is a value without threads or IO; waiting, retries and backoff are here only. May depend only on events
 * and projections; the controllers depend on it, it on none of them.
 */
@NullMarked
package io.shiplog.command.control.loop;

import org.jspecify.annotations.NullMarked;
