/** Nodes that run nothing: every pod bound to one is well at once. For clusters that only show what would happen. Knows the events and projections modules alone. */
@NullMarked
package io.shiplog.node.scripted;

import org.jspecify.annotations.NullMarked;
