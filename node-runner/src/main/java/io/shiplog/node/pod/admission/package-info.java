/**
 * Whether a node accepts a pod that is bound to it: capacity, affinity, taints, features that the node does not have, and room for
 * critical pods. Pure.
 */
@NullMarked
package io.shiplog.node.pod.admission;

import org.jspecify.annotations.NullMarked;
