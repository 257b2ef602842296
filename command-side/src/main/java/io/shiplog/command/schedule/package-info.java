/**
 * The scheduler: a pure decision over a view of the nodes (filters, scores, preemption), and the loop that computes it and
 * sends the bindings. A decision is its own explanation, and the same view and pod always give the same, so that any past
 * decision can be repeated. May depend on events, projections and the controllers' views and loop.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/">kube-scheduler</a>
 */
@NullMarked
package io.shiplog.command.schedule;

import org.jspecify.annotations.NullMarked;
