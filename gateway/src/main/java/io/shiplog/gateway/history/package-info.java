/**
 * The API group {@code history.shiplog.io/v1}: the log's events as objects of the kind Change, to get, list and watch, and
 * reviews about the past. See docs/adr/0901 and 0905. Depends on projections' history and on the gateway's discovery, http,
 * identity, read, review, select and view packages.
 */
@NullMarked
package io.shiplog.gateway.history;

import org.jspecify.annotations.NullMarked;
