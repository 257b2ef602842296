/** Nodes and their taints. */
@NullMarked
package io.shiplog.command.kind.core.node;

import org.jspecify.annotations.NullMarked;
