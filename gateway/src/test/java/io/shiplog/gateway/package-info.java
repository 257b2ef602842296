/** The front door over HTTP, on a cluster in memory: what clients send, what they get. */
@NullMarked
package io.shiplog.gateway;

import org.jspecify.annotations.NullMarked;
