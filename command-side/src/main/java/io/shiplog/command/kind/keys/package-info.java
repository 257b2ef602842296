/** The kinds of {@code keys.shiplog.io}, which Kubernetes does not have. */
@NullMarked
package io.shiplog.command.kind.keys;

import org.jspecify.annotations.NullMarked;
