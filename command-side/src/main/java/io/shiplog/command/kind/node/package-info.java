/** The kinds of {@code node.k8s.io}. */
@NullMarked
package io.shiplog.command.kind.node;

import org.jspecify.annotations.NullMarked;
