/**
 * What the node and its containers use: read from control groups and /proc every ten seconds, kept for as long, and written as the kubelet does (Summary,
 * Prometheus text). However many clients ask, a sample is taken once. Depends on the events module alone.
 */
@NullMarked
package io.shiplog.node.stats;

import org.jspecify.annotations.NullMarked;
