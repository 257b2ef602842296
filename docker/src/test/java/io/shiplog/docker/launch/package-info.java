@NullMarked
package io.shiplog.docker.launch;

import org.jspecify.annotations.NullMarked;
