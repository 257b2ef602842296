/** The commands about the past, against a cluster in memory. */
@NullMarked
package io.shiplog.docker.history;

import org.jspecify.annotations.NullMarked;
