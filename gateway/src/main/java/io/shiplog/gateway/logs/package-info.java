/**
 * Container logs: the only data that is not in the log; it comes directly from the node runner. Depends on Vert.x and the http
 * package.
 */
@NullMarked
package io.shiplog.gateway.logs;

import org.jspecify.annotations.NullMarked;
