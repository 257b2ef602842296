/**
 * The language that all parts of Shiplog share: objects, kinds, commands, events and the log. Every module may depend on it,
 * it depends on none. What decides, remembers or acts does not belong here.
 */
@NullMarked
package io.shiplog.events;

import org.jspecify.annotations.NullMarked;
