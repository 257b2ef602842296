package io.shiplog.node.probe;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.ContainerEngine.ExecOutcome;
import io.shiplog.node.engine.EngineException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Probes over the pod's address and through the container engine. */
public final class ContainerProber implements Prober {
    private final ContainerEngine engine;

    public ContainerProber(ContainerEngine engine) {
        this.engine = engine;
    }

    @Override
    public Answer ask(Target target, JsonNode handler, Purpose purpose, Duration timeout) {
        if (handler.hasNonNull("exec")) {
            return exec(target, handler.path("exec"), purpose, timeout);
        }
        if (handler.hasNonNull("httpGet")) {
            return HttpQuestion.ask(target, handler.path("httpGet"), purpose, timeout);
        }
        if (handler.hasNonNull("tcpSocket")) {
            return tcp(target, handler.path("tcpSocket"), timeout);
        }
        if (handler.hasNonNull("grpc")) {
            return GrpcQuestion.ask(target, handler.path("grpc"), timeout);
        }
        if (handler.hasNonNull("sleep")) {
            return sleep(
                    Duration.ofSeconds(handler.path("sleep").path("seconds").asLong()), timeout);
        }
        return Answer.failure(
                "missing probe handler for " + target.container().path("name").asText());
    }

    private Answer exec(Target target, JsonNode exec, Purpose purpose, Duration timeout) {
        List<String> command = new ArrayList<>();
        exec.path("command").forEach(word -> command.add(word.asText()));
        try {
            ExecOutcome outcome = engine.exec(target.containerId(), command, timeout);
            if (outcome.exitCode() == 0) {
                return Answer.SUCCESS;
            }
            return Answer.failure(
                    purpose == Purpose.HOOK
                            ? "command ended with exit code " + outcome.exitCode()
                            : outcome.output().strip());
        } catch (EngineException e) {
            return Answer.failure(
                    e.why() == EngineException.Why.TIMED_OUT
                            ? "command \"%s\" timed out after %ds"
                                    .formatted(
                                            String.join(" ", command),
                                            timeout.plusMillis(999).toSeconds())
                            : String.valueOf(e.getMessage()));
        }
    }

    private static Answer tcp(Target target, JsonNode tcp, Duration timeout) {
        String host = tcp.path("host").asText(target.podIp());
        int port = target.port(tcp.path("port"));
        if (port <= 0) {
            return Answer.failure("unable to find port " + tcp.path("port").asText());
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
            return Answer.SUCCESS;
        } catch (SocketTimeoutException e) {
            return Answer.failure("dial tcp %s:%d: i/o timeout".formatted(host, port));
        } catch (IOException e) {
            return Answer.failure("dial tcp %s:%d: connect: connection refused".formatted(host, port));
        }
    }

    private static Answer sleep(Duration duration, Duration timeout) {
        try {
            Thread.sleep(duration.compareTo(timeout) < 0 ? duration : timeout);
            return Answer.SUCCESS;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.failure("interrupted");
        }
    }
}
