/**
 * Deployments: a ReplicaSet for each pod template, and the way from one to the next without losing more pods than allowed. What
 * is to be done next is a pure function of the Deployment and its ReplicaSets. May depend on the loop and the views only.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/">Deployment</a>
 */
@NullMarked
package io.shiplog.command.control.deployment;

import org.jspecify.annotations.NullMarked;
