@NullMarked
package io.shiplog.docker.store;

import org.jspecify.annotations.NullMarked;
