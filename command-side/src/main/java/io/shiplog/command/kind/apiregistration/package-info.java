/** The kind of {@code apiregistration.k8s.io}. Package-private but for the kind. */
@NullMarked
package io.shiplog.command.kind.apiregistration;

import org.jspecify.annotations.NullMarked;
