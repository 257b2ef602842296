/**
 * Paths that a pod may change while the node works with them: they are opened once, and what was opened is used. Calls Linux through
 * {@code java.lang.foreign}, and is the only package that does. Knows nothing of pods.
 */
@NullMarked
package io.shiplog.node.path;

import org.jspecify.annotations.NullMarked;
