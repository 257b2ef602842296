/**
 * Garbage collection: dependents of deleted owners, pods of deleted nodes, expired events. May depend only on the loop and the
 * views.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/garbage-collection/">Garbage collection</a>
 */
@NullMarked
package io.shiplog.command.control.garbage;

import org.jspecify.annotations.NullMarked;
