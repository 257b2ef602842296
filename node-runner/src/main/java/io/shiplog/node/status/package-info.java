/**
 * The reports of a node to the cluster: the newest status of each pod, Event objects, its own Node object and its Lease.
 * Everything is sent as a command; nothing here blocks the caller. Used only by the node runner's assembly.
 */
@NullMarked
package io.shiplog.node.status;

import org.jspecify.annotations.NullMarked;
