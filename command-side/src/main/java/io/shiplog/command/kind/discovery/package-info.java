/** The kinds of {@code discovery.k8s.io}. */
@NullMarked
package io.shiplog.command.kind.discovery;

import org.jspecify.annotations.NullMarked;
