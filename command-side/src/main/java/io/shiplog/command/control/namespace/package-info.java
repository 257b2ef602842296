/**
 * The end of a namespace: all that is in it goes first. May depend on the loop and the views only.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/administer-cluster/namespaces/#deleting-a-namespace">Deleting a namespace</a>
 */
@NullMarked
package io.shiplog.command.control.namespace;

import org.jspecify.annotations.NullMarked;
