/** Tests of EndpointSlices and Endpoints. */
@NullMarked
package io.shiplog.command.control.endpoints;

import org.jspecify.annotations.NullMarked;
