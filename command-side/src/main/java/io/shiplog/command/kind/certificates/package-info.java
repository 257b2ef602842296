/** The kind of {@code certificates.k8s.io}. Package-private but for the kind. */
@NullMarked
package io.shiplog.command.kind.certificates;

import org.jspecify.annotations.NullMarked;
