/** Pods: defaults, validation, admission, columns. Workloads use its rules for their templates. */
@NullMarked
package io.shiplog.command.kind.core.pod;

import org.jspecify.annotations.NullMarked;
