/** The API with real clients and with hostile ones, against a cluster in memory. */
@NullMarked
package io.shiplog.docker.api;

import org.jspecify.annotations.NullMarked;
