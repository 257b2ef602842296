/**
 * What a node tells the cluster: the newest status of each pod, Event objects, its own Node object and its Lease. Everything leaves
 * as a command; nothing here blocks those who report. Used by the node runner's assembly alone.
 */
@NullMarked
package io.shiplog.node.status;

import org.jspecify.annotations.NullMarked;
