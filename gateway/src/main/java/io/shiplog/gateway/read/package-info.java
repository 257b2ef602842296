/**
 * The verbs that look: get, list and watch, of now and of any earlier moment. They answer from images with the stored bytes and
 * never re-encode what they need not; depends on the http, select and view packages.
 */
@NullMarked
package io.shiplog.gateway.read;

import org.jspecify.annotations.NullMarked;
