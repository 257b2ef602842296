/**
 * A value or a refusal: what reading a request gives, since a client's mistake is no exception. Everything in the gateway speaks
 * it. Depends on events alone.
 */
@NullMarked
package io.shiplog.gateway.outcome;

import org.jspecify.annotations.NullMarked;
