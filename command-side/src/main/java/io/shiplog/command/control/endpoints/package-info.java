/**
 * EndpointSlices and Endpoints: which pods stand behind a Service, and whether they can be asked now. Computed from the Service
 * and the pods alone. May depend on the loop and the views only.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/">EndpointSlices</a>
 */
@NullMarked
package io.shiplog.command.control.endpoints;

import org.jspecify.annotations.NullMarked;
