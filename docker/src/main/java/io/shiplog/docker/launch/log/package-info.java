/**
 * Commands that read or copy a log: verify, export, import, replay, keys, subscribers. They start no part of a cluster except,
 * for a stopped one, its broker. The work is in {@code docker.transfer}.
 */
@NullMarked
package io.shiplog.docker.launch.log;

import org.jspecify.annotations.NullMarked;
