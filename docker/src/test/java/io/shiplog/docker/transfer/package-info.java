/** Verify, export, import and replay on real brokers. */
@NullMarked
package io.shiplog.docker.transfer;

import org.jspecify.annotations.NullMarked;
