package io.shiplog.docker.broker;

import io.shiplog.events.log.kafka.KafkaAccess;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker and controller in this process, for one machine.
 *
 * <p>On an IO error of its disk Kafka halts the process: it cannot safely continue. To avoid that on a full disk, call {@link
 * #refusal} before writing.
 *
 * @see <a href="https://kafka.apache.org/documentation/#kraft">KRaft</a>
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    /** The file that Kafka's formatter creates when it is done. */
    private static final String FORMATTED = "meta.properties";

    private final KafkaAccess access;
    private final KafkaRaftServer server;
    private final DiskReserve reserve;

    private EmbeddedBroker(KafkaAccess access, KafkaRaftServer server, DiskReserve reserve) {
        this.access = access;
        this.server = server;
        this.reserve = reserve;
    }

    /**
     * Starts a broker on a directory, which is formatted if it is new. Returns when it accepts requests.
     *
     * @throws UncheckedIOException if the directory cannot be created or used
     * @throws IllegalStateException if the broker does not start, for example if another one uses the directory or a port
     */
    public static EmbeddedBroker start(EmbeddedBrokerConfig config) {
        long begin = System.nanoTime();
        int port = portFor(config.host(), config.port());
        int controllerPort = portFor(config.host(), config.controllerPort());
        format(config.directory());
        KafkaRaftServer server = new KafkaRaftServer(
                new KafkaConfig(BrokerProperties.of(config, port, controllerPort), false), Time.SYSTEM);
        try {
            server.startup();
        } catch (RuntimeException e) {
            server.shutdown();
            throw new IllegalStateException(
                    "the embedded broker over %s did not start: %s".formatted(config.directory(), e.getMessage()), e);
        }
        LOG.debug("broker up on port {} after {} ms", port, (System.nanoTime() - begin) / 1_000_000);
        return new EmbeddedBroker(
                new KafkaAccess(config.host() + ":" + port, config.pki().cluster()),
                server,
                new DiskReserve(config.directory(), config.reserveBytes()));
    }

    /** The bootstrap address: {@code host:port}. */
    public String bootstrap() {
        return access.bootstrap();
    }

    /** The access of the cluster's own clients, without restrictions. */
    public KafkaAccess access() {
        return access;
    }

    /**
     * Why nothing may be written now, in a message for users; empty while there is free disk space. Cheap enough for every
     * write.
     */
    public Optional<String> refusal() {
        return reserve.refusal();
    }

    /** Stops the broker cleanly: the next start needs no recovery. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    /** Whether a folder has the data of a broker: that of a cluster which started at least once. */
    public static boolean isFormatted(Path directory) {
        return Files.exists(directory.resolve(FORMATTED));
    }

    private static void format(Path directory) {
        try {
            Files.createDirectories(directory);
            if (isFormatted(directory)) {
                return;
            }
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(BrokerProperties.NODE_ID)
                    .setDirectories(List.of(directory.toString()))
                    .setMetadataLogDirectory(directory.toString())
                    .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setIgnoreFormatted(true)
                    .run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException("cannot format " + directory + ": " + e.getMessage(), e);
        }
    }

    /** The requested port, or a free one for 0; it was free a moment ago, but may be taken meanwhile. */
    private static int portFor(String host, int wanted) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), wanted));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("cannot listen on %s:%d: %s".formatted(host, wanted, e.getMessage()), e);
        }
    }
}
