/**
 * {@code shiplog bench}: loads any Kubernetes API server and prints rates and latencies, so that Shiplog and others are
 * measured by one tool. It speaks HTTP/1.1 over plain sockets because a client's CPU counts where both share a machine.
 * Depends on no other part of Shiplog.
 */
@NullMarked
package io.shiplog.docker.bench;

import org.jspecify.annotations.NullMarked;
