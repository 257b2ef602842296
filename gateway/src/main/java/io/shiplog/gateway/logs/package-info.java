/**
 * What containers wrote: the one thing that is not in the log, and comes straight from the node runner. Depends on Vert.x and
 * the http package.
 */
@NullMarked
package io.shiplog.gateway.logs;

import org.jspecify.annotations.NullMarked;
