/** The kinds of {@code coordination.k8s.io}. */
@NullMarked
package io.shiplog.command.kind.coordination;

import org.jspecify.annotations.NullMarked;
