package io.shiplog.node.probe;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** Runs a probe or a lifecycle hook on a container once. */
@FunctionalInterface
public interface Prober {
    /**
     * Blocks until there is an answer or the timeout.
     *
     * @param handler with one of {@code exec}, {@code httpGet}, {@code tcpSocket}, {@code grpc}, {@code sleep}
     */
    Answer ask(Target target, JsonNode handler, Duration timeout);
}
