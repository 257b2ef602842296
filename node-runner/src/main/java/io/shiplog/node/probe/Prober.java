package io.shiplog.node.probe;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** Runs a probe or a lifecycle hook on a container once. */
@FunctionalInterface
public interface Prober {
    /** What an answer is used for. */
    enum Purpose {
        /** Events show what the program printed. */
        PROBE,
        /**
         * Any HTTP answer is a success, and events never show what the program printed: it may be a secret.
         *
         * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/lifecycle/handlers.go">the kubelet's
         *     handlers</a>
         */
        HOOK
    }

    /**
     * Blocks until there is an answer or the timeout.
     *
     * @param handler with one of {@code exec}, {@code httpGet}, {@code tcpSocket}, {@code grpc}, {@code sleep}
     */
    Answer ask(Target target, JsonNode handler, Purpose purpose, Duration timeout);
}
