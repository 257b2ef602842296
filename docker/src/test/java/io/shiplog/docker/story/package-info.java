/** The verbs of the past, asked of a whole cluster in memory through its real front door. */
@NullMarked
package io.shiplog.docker.story;

import org.jspecify.annotations.NullMarked;
