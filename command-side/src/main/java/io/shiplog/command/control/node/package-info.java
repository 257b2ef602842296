/**
 * Nodes: which are lost, what that means for their pods, and which part of the pods' network each has. May depend on the loop and
 * the views only.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/nodes/#node-controller">Node controller</a>
 */
@NullMarked
package io.shiplog.command.control.node;

import org.jspecify.annotations.NullMarked;
