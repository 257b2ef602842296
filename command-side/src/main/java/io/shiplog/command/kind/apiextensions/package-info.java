/** The kind of {@code apiextensions.k8s.io}. Package-private but for the kind. */
@NullMarked
package io.shiplog.command.kind.apiextensions;

import org.jspecify.annotations.NullMarked;
