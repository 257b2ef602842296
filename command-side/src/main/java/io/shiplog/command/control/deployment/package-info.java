/**
 * Deployments: a ReplicaSet for each pod template, and the rollout from one to the next within the allowed unavailability. The
 * next step is a pure function of the Deployment and its ReplicaSets. May depend only on the loop, the views and {@code
 * kind.check}.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/">Deployment</a>
 */
@NullMarked
package io.shiplog.command.control.deployment;

import org.jspecify.annotations.NullMarked;
