/** The kinds of {@code storage.k8s.io}. */
@NullMarked
package io.shiplog.command.kind.storage;

import org.jspecify.annotations.NullMarked;
