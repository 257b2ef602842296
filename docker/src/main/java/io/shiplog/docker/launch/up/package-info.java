/**
 * The cluster in one process, and what is done with it: up, status, reset, cleanup, train.
 */
@NullMarked
package io.shiplog.docker.launch.up;

import org.jspecify.annotations.NullMarked;
