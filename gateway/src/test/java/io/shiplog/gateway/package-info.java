/** The gateway over HTTP, on a cluster in memory: what clients send and receive. */
@NullMarked
package io.shiplog.gateway;

import org.jspecify.annotations.NullMarked;
