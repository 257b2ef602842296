/**
 * ReplicaSets and ReplicationControllers: keep the desired number of pods, by adopting, creating and deleting. Both kinds use
 * one controller, configured by data. May depend only on the loop and the views.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/">ReplicaSet</a>
 */
@NullMarked
package io.shiplog.command.control.replicas;

import org.jspecify.annotations.NullMarked;
