/** The kinds of {@code scheduling.k8s.io}. */
@NullMarked
package io.shiplog.command.kind.scheduling;

import org.jspecify.annotations.NullMarked;
