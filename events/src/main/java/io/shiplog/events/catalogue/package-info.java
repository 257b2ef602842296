/**
 * The words for what may happen to objects, and which kinds know which: what the command side chooses from and what subscribers
 * are promised (docs/events.md). Pure; depends on kinds and event types alone.
 */
@NullMarked
package io.shiplog.events.catalogue;

import org.jspecify.annotations.NullMarked;
