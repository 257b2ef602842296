/**
 * The shared language of Shiplog: objects, kinds, commands, events and the log. Every module may depend on it; it depends on
 * none. Code that decides, remembers or acts does not belong here.
 */
@NullMarked
package io.shiplog.events;

import org.jspecify.annotations.NullMarked;
