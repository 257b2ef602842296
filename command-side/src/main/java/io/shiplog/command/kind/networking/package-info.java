/** The kinds of {@code networking.k8s.io}. Package-private but for the list of them and for ranges of addresses. */
@NullMarked
package io.shiplog.command.kind.networking;

import org.jspecify.annotations.NullMarked;
