/**
 * Label and field selectors: read once per request, asked once per object. Pure; depends on events and on what an image keeps
 * of an object.
 */
@NullMarked
package io.shiplog.gateway.select;

import org.jspecify.annotations.NullMarked;
