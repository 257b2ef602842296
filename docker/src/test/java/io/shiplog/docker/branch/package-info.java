/** The difference of a branch. */
@NullMarked
package io.shiplog.docker.branch;

import org.jspecify.annotations.NullMarked;
