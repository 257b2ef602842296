/** The kinds of {@code resource.k8s.io}: devices, and claims to them. */
@NullMarked
package io.shiplog.command.kind.resource;

import org.jspecify.annotations.NullMarked;
