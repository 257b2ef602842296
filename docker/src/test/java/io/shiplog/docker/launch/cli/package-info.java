/** Shared arguments. */
@NullMarked
package io.shiplog.docker.launch.cli;

import org.jspecify.annotations.NullMarked;
