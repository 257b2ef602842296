/**
 * What-if clusters, and their difference from the trunk. Pure except for the files of its directory; {@code launch} assembles
 * it.
 */
@NullMarked
package io.shiplog.docker.branch;

import org.jspecify.annotations.NullMarked;
