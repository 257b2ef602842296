/**
 * What the cluster says of itself: its groups, versions and resources, its OpenAPI documents, its version and its health. Made
 * from the catalogue of kinds, once for each catalogue; depends on events and the http package.
 */
@NullMarked
package io.shiplog.gateway.discovery;

import org.jspecify.annotations.NullMarked;
