/**
 * What an object is called and who acts on it. Everything else in Shiplog speaks in these names. Depends on nothing.
 */
@NullMarked
package io.shiplog.events.object;

import org.jspecify.annotations.NullMarked;
