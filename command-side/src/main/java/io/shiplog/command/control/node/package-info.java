/**
 * Nodes: detection of lost ones, the consequences for their pods, and their pod networks. May depend only on the loop and the
 * views.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/nodes/#node-controller">Node controller</a>
 */
@NullMarked
package io.shiplog.command.control.node;

import org.jspecify.annotations.NullMarked;
