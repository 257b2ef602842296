/** The kind of {@code certificates.k8s.io}. Package-private but for the kind and the form of a request. */
@NullMarked
package io.shiplog.command.kind.certificates;

import org.jspecify.annotations.NullMarked;
