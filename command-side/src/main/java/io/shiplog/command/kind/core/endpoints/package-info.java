/** Endpoints, and the checks that they share with EndpointSlices. */
@NullMarked
package io.shiplog.command.kind.core.endpoints;

import org.jspecify.annotations.NullMarked;
