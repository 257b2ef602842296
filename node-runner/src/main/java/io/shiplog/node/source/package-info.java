/** What a node learns of the cluster: its own pods and the objects that they refer to. Depends on projections only. */
@NullMarked
package io.shiplog.node.source;

import org.jspecify.annotations.NullMarked;
