/** Assembly: what is closed and when, messages about missing keys. */
@NullMarked
package io.shiplog.docker.launch.assembly;

import org.jspecify.annotations.NullMarked;
