/** The roles. */
@NullMarked
package io.shiplog.docker.launch.role;

import org.jspecify.annotations.NullMarked;
