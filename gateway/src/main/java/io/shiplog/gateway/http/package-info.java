/**
 * One HTTP exchange: the request, its user and its moment, and the answer. Everything about HTTP that is not specific to a verb
 * is here. Depends on Vert.x, events and projections.
 */
@NullMarked
package io.shiplog.gateway.http;

import org.jspecify.annotations.NullMarked;
