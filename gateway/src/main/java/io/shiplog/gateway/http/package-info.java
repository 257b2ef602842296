/**
 * One HTTP exchange: what was asked, by whom, about which moment, and how an answer leaves. Everything that is about HTTP and
 * not about a verb stands here, so that a verb reads as what it does. Depends on Vert.x, events and projections.
 */
@NullMarked
package io.shiplog.gateway.http;

import org.jspecify.annotations.NullMarked;
