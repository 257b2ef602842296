/** The gateway: the Kubernetes REST API over HTTPS. Reads come from images, writes are sent as commands; no state of its own. */
@NullMarked
package io.shiplog.gateway;

import org.jspecify.annotations.NullMarked;
