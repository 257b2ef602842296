/** Sealing on a real broker. */
@NullMarked
package io.shiplog.docker.seal;

import org.jspecify.annotations.NullMarked;
