/**
 * Paths that a pod may change while the node uses them: they are opened once, and the opened file is used. Calls Linux through
 * {@code java.lang.foreign}, and is the only package that does. Knows nothing about pods.
 */
@NullMarked
package io.shiplog.node.path;

import org.jspecify.annotations.NullMarked;
