/** What becomes of a cluster in a branch. */
@NullMarked
package io.shiplog.docker.branch;

import org.jspecify.annotations.NullMarked;
