/**
 * Where pods go: a pure decision over a view of the nodes (filters say why not, scores say how well, preemption says who would
 * have to go), and the loop that asks for it and sends the bindings. A decision is its own explanation, and the same view and pod
 * always give the same, so that any decision of the past can be made again. May depend on events, projections and the controllers' views and loop.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/">kube-scheduler</a>
 */
@NullMarked
package io.shiplog.command.schedule;

import org.jspecify.annotations.NullMarked;
