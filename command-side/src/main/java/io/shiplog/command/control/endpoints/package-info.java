/**
 * EndpointSlices and Endpoints: the pods behind a Service, and whether they are ready. Computed only from the Service and the
 * pods. May depend only on the loop and the views.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/">EndpointSlices</a>
 */
@NullMarked
package io.shiplog.command.control.endpoints;

import org.jspecify.annotations.NullMarked;
