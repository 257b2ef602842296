/**
 * The change types and the kinds they apply to: the command side chooses from them, and subscribers rely on them
 * (docs/events.md). Pure; depends only on kinds and event types.
 */
@NullMarked
package io.shiplog.events.catalogue;

import org.jspecify.annotations.NullMarked;
