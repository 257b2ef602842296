/**
 * A value or a refusal: the result of parsing a request, since a client's mistake is not an exception. Used in the whole
 * gateway. Depends only on events.
 */
@NullMarked
package io.shiplog.gateway.outcome;

import org.jspecify.annotations.NullMarked;
