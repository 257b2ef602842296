/**
 * Label and field selectors: parsed once per request, evaluated once per object. Pure; depends on events, the http package and
 * the fields of an image's objects.
 */
@NullMarked
package io.shiplog.gateway.select;

import org.jspecify.annotations.NullMarked;
