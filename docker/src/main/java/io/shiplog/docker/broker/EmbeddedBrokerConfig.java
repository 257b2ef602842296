package io.shiplog.docker.broker;

import io.shiplog.docker.pki.KafkaPki;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The configuration of the embedded broker.
 *
 * @param directory of its logs; created if missing
 * @param pki the authority of its clients
 * @param host the address to listen on and to advertise
 * @param port the port for clients; 0 for a free one
 * @param controllerPort the port of the controller, used only by the broker itself; 0 for a free one
 * @param reserveBytes the free disk space to keep: with less, {@link EmbeddedBroker#refusal} stops writers, so that Kafka never
 *     meets a full disk, on which it would halt
 * @param idle how long a connection may be silent before the broker closes it, a TLS handshake included
 */
public record EmbeddedBrokerConfig(
        Path directory, KafkaPki pki, String host, int port, int controllerPort, long reserveBytes, Duration idle) {
    /** Enough for the writes between two checks of the disk, and for Kafka's own metadata. */
    public static final long DEFAULT_RESERVE_BYTES = 128L << 20;

    /**
     * As for connections of the API. Consumers and the broker itself speak every few seconds; another client connects again when it has
     * something to send.
     */
    public static final Duration DEFAULT_IDLE = Duration.ofSeconds(90);

    /** On the loopback address and free ports. */
    public static EmbeddedBrokerConfig in(Path directory, KafkaPki pki) {
        return new EmbeddedBrokerConfig(directory, pki, "127.0.0.1", 0, 0, DEFAULT_RESERVE_BYTES, DEFAULT_IDLE);
    }

    /** The same with fixed ports. */
    public EmbeddedBrokerConfig withPorts(int clients, int controller) {
        return new EmbeddedBrokerConfig(directory, pki, host, clients, controller, reserveBytes, idle);
    }

    /** The same with another reserve. */
    public EmbeddedBrokerConfig withReserveBytes(long bytes) {
        return new EmbeddedBrokerConfig(directory, pki, host, port, controllerPort, bytes, idle);
    }

    /** The same with another time for silent connections. */
    public EmbeddedBrokerConfig withIdle(Duration time) {
        return new EmbeddedBrokerConfig(directory, pki, host, port, controllerPort, reserveBytes, time);
    }
}
