/**
 * ReplicaSets and ReplicationControllers: as many pods as asked for, adopted, made or deleted. Both kinds are one controller,
 * told apart by data. May depend on the loop and the views only.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/">ReplicaSet</a>
 */
@NullMarked
package io.shiplog.command.control.replicas;

import org.jspecify.annotations.NullMarked;
