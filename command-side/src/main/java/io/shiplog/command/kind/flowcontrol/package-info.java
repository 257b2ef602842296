/** The kinds of {@code flowcontrol.apiserver.k8s.io}. Package-private but for the list of them and the objects of a fresh cluster. */
@NullMarked
package io.shiplog.command.kind.flowcontrol;

import org.jspecify.annotations.NullMarked;
