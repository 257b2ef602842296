/**
 * Access to object trees, and the amounts of resources in them. Pure functions. Called by everything that reads or writes an
 * object's tree; depends on no other package of the command side.
 */
@NullMarked
package io.shiplog.command.kind.tree;

import org.jspecify.annotations.NullMarked;
