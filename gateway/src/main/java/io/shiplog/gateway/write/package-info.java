/**
 * The verbs that change: each makes a command of a request, sends it, and words the answer. Nothing is decided here. Depends on
 * the http, select and view packages.
 */
@NullMarked
package io.shiplog.gateway.write;

import org.jspecify.annotations.NullMarked;
