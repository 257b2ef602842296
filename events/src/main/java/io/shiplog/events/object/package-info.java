/** Names of objects, and their users. All of Shiplog uses these names. Depends on nothing. */
@NullMarked
package io.shiplog.events.object;

import org.jspecify.annotations.NullMarked;
