package io.shiplog.node.probe;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** Asks a container once, as a probe or a lifecycle hook says. */
@FunctionalInterface
public interface Asker {
    /**
     * Blocks until there is an answer or the time is over.
     *
     * @param handler with one of {@code exec}, {@code httpGet}, {@code tcpSocket}, {@code grpc}, {@code sleep}
     */
    Answer ask(Target target, JsonNode handler, Duration timeout);
}
