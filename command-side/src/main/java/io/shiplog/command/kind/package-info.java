/**
 * The rules specific to a kind: prepare, default, validate, in that order. Pure functions on trees; the decider calls them,
 * they call nothing.
 */
@NullMarked
package io.shiplog.command.kind;

import org.jspecify.annotations.NullMarked;
