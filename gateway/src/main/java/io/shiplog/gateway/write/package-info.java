/**
 * The write verbs: each builds a command from a request, sends it, and writes the answer. Nothing is decided here. Depends on
 * the http, read, select and view packages.
 */
@NullMarked
package io.shiplog.gateway.write;

import org.jspecify.annotations.NullMarked;
