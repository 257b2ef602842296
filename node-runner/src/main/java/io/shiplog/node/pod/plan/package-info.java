/**
 * The step function: desired state, observed state and time give the next steps of a pod. Pure; the actor in {@code
 * io.shiplog.node.pod} executes the steps.
 */
@NullMarked
package io.shiplog.node.pod.plan;

import org.jspecify.annotations.NullMarked;
