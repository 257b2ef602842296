/**
 * Validation that many kinds share: names, labels, quantities, percentages, webhooks, and the field errors that it gives. Pure
 * functions. Called by kinds and by the decider; depends on {@code kind.tree} alone.
 */
@NullMarked
package io.shiplog.command.kind.check;

import org.jspecify.annotations.NullMarked;
