/**
 * The web console: files out of the jar for a browser that then speaks to the API as any client does. Depends on nothing but the
 * exchange. See docs/adr/0903.
 */
@NullMarked
package io.shiplog.gateway.console;

import org.jspecify.annotations.NullMarked;
