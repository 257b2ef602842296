@NullMarked
package io.shiplog.docker.bench;

import org.jspecify.annotations.NullMarked;
