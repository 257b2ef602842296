/**
 * What a pod is to be: its object from the cluster, read into containers, restart policy and class of service. Pure; knows
 * nothing of the node's state. Every other room of {@code pod} starts from it.
 */
@NullMarked
package io.shiplog.node.pod.desired;

import org.jspecify.annotations.NullMarked;
