/**
 * What-if clusters: {@code branch} and the process of a branch. Files and differences are in {@code docker.branch}.
 */
@NullMarked
package io.shiplog.docker.launch.branch;

import org.jspecify.annotations.NullMarked;
