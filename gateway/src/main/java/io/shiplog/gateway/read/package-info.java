/**
 * The read verbs: get, list and watch, of the present and of any earlier moment. They answer from images with the stored bytes
 * and re-encode only if needed; depends on the http, discovery, select and view packages.
 */
@NullMarked
package io.shiplog.gateway.read;

import org.jspecify.annotations.NullMarked;
