/**
 * A pod's status as the kubelet writes it: phase, conditions, one entry per container, and which run a log request is about. Pure:
 * a function of the observed state and the last report.
 */
@NullMarked
package io.shiplog.node.pod.status;

import org.jspecify.annotations.NullMarked;
