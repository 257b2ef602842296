/** What people call a moment, found in a log. */
@NullMarked
package io.shiplog.gateway.history;

import org.jspecify.annotations.NullMarked;
