/**
 * {@code shiplog bench}: loads any Kubernetes API server and prints rates and latencies, so that one tool measures Shiplog and
 * others. It uses HTTP/1.1 over plain sockets because the client's CPU counts if both share a machine. Depends on no other part
 * of Shiplog.
 */
@NullMarked
package io.shiplog.docker.bench;

import org.jspecify.annotations.NullMarked;
