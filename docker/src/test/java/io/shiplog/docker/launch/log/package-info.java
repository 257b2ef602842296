/** Commands on a log. */
@NullMarked
package io.shiplog.docker.launch.log;

import org.jspecify.annotations.NullMarked;
