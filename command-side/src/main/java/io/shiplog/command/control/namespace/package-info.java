/**
 * The end of a namespace: its content is deleted first. May depend only on the loop and the views.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/administer-cluster/namespaces/#deleting-a-namespace">Deleting a namespace</a>
 */
@NullMarked
package io.shiplog.command.control.namespace;

import org.jspecify.annotations.NullMarked;
