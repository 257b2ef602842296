/**
 * The gateway: the Kubernetes REST API over HTTPS. Reads come from images, writes are sent as commands; it has no state of its
 * own. This package is the server: listeners and connection limits, then {@code FrontDoor}, which authenticates, authorizes and
 * limits each request, then {@code Router}, which picks its handler. Handlers are in the packages below, one per group of verbs.
 * Only the launchers depend on this package.
 */
@NullMarked
package io.shiplog.gateway;

import org.jspecify.annotations.NullMarked;
