/** The cluster in one process. */
@NullMarked
package io.shiplog.docker.launch.up;

import org.jspecify.annotations.NullMarked;
