/**
 * {@code shiplog bench}: loads any Kubernetes API server and prints rates and latencies, so that one tool measures Shiplog and
 * others. It uses HTTP/1.1 over plain sockets because the client's CPU counts if both share a machine. The benchmark of an API
 * server depends on no other part of Shiplog; that of the log's history starts a broker, with {@code broker}, {@code home} and
 * {@code pki}.
 */
@NullMarked
package io.shiplog.docker.bench;

import org.jspecify.annotations.NullMarked;
