/**
 * Why an object exists, or is gone: the events that led to it. Reads the past through {@link
 * io.shiplog.projections.history.Past}. Called by {@code verdict} and the gateway's history API; depends on {@code history}
 * alone.
 */
@NullMarked
package io.shiplog.projections.history.cause;

import org.jspecify.annotations.NullMarked;
