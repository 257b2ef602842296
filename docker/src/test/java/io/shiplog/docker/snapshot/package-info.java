@NullMarked
package io.shiplog.docker.snapshot;

import org.jspecify.annotations.NullMarked;
