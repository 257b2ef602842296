/**
 * The web console: files from the jar for a browser that uses the API like any client. Depends only on the exchange. See
 * docs/adr/0903.
 */
@NullMarked
package io.shiplog.gateway.console;

import org.jspecify.annotations.NullMarked;
