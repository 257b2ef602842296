@NullMarked
package io.shiplog.docker.compose;

import org.jspecify.annotations.NullMarked;
