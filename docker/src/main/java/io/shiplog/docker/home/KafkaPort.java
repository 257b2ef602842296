package io.shiplog.docker.home;

import io.shiplog.docker.pki.PrivateFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** The port of a cluster's broker, which stays the same across starts: subscribers have it in their settings. */
public final class KafkaPort {
    /** Below the ephemeral ports of Linux (32768 and up), which come and go. */
    private static final int FIRST = 20_000;

    private static final int BEYOND = 32_768;
    private static final int TRIES = 1_000;

    private KafkaPort() {}

    /**
     * The port of the last start if it is free, else another free one, for this and later starts.
     *
     * @param random chooses among unused ports
     * @throws IllegalStateException if none is free
     */
    public static int choose(ShiplogHome home, Random random) throws IOException {
        int port = Stream.concat(
                        last(home).stream(),
                        Stream.generate(() -> random.nextInt(FIRST, BEYOND)).limit(TRIES))
                .filter(KafkaPort::isFree)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no port between %d and %d is free for the broker".formatted(FIRST, BEYOND - 1)));
        remember(home, port);
        return port;
    }

    /** Sets the port for later starts. */
    public static void remember(ShiplogHome home, int port) throws IOException {
        PrivateFile.write(home.kafkaPortFile(), port + "\n");
    }

    /** The port of the last start; empty before the first. */
    public static Optional<Integer> last(ShiplogHome home) throws IOException {
        if (!Files.exists(home.kafkaPortFile())) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Integer.parseInt(Files.readString(home.kafkaPortFile()).strip()));
        } catch (NumberFormatException e) {
            throw new IllegalStateException(
                    home.kafkaPortFile() + " is damaged: write the broker's port into it, or remove it", e);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }
}
