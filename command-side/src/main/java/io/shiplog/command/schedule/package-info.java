/**
 * Where pods go: a pure decision over a view of the nodes (filters say why not, scores say how well), and the loop that asks
 * for it and sends the bindings. The same view, pod and seed always give the same decision, so that any decision of the past
 * can be made again. May depend on events, projections and the controllers' views and loop.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/">kube-scheduler</a>
 */
@NullMarked
package io.shiplog.command.schedule;

import org.jspecify.annotations.NullMarked;
