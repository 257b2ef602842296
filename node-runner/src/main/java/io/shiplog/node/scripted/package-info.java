/**
 * Nodes that run nothing: every pod bound to one is healthy at once. For clusters that only show what would happen. Depends
 * only on the events and projections modules.
 */
@NullMarked
package io.shiplog.node.scripted;

import org.jspecify.annotations.NullMarked;
