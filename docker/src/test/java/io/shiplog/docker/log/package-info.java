/** The log against real brokers: in this process, in processes that are killed, in containers, on full disks. */
@NullMarked
package io.shiplog.docker.log;

import org.jspecify.annotations.NullMarked;
