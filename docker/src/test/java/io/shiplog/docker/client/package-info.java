/** How commands find their cluster. */
@NullMarked
package io.shiplog.docker.client;

import org.jspecify.annotations.NullMarked;
