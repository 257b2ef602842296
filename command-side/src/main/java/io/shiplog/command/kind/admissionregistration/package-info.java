/** The kinds of {@code admissionregistration.k8s.io}. Package-private but for the list of them. */
@NullMarked
package io.shiplog.command.kind.admissionregistration;

import org.jspecify.annotations.NullMarked;
