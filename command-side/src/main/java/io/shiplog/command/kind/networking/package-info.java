/** The kinds of {@code networking.k8s.io}. Package-private but for the list of them. */
@NullMarked
package io.shiplog.command.kind.networking;

import org.jspecify.annotations.NullMarked;
