/** Namespaces. */
@NullMarked
package io.shiplog.command.kind.core.namespace;

import org.jspecify.annotations.NullMarked;
