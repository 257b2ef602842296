/** The commands for the past, on a whole cluster in memory through its real gateway. */
@NullMarked
package io.shiplog.docker.story;

import org.jspecify.annotations.NullMarked;
