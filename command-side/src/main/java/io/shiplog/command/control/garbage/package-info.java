/**
 * What nobody needs any more: dependents of owners that are gone, pods of nodes that are gone, what was told long ago. May depend
 * on the loop and the views only.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/garbage-collection/">Garbage collection</a>
 */
@NullMarked
package io.shiplog.command.control.garbage;

import org.jspecify.annotations.NullMarked;
