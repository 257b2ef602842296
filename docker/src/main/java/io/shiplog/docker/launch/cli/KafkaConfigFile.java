package io.shiplog.docker.launch.cli;

import io.shiplog.events.log.kafka.KafkaAccess;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * A client properties file, as Kafka's own tools take it with {@code --command-config}. It configures only the connection:
 * settings that make the log safe (acks, idempotence, order) cannot be changed.
 *
 * @see <a href="https://kafka.apache.org/documentation/#security_configclients">Configuring Kafka clients</a>
 */
public final class KafkaConfigFile {
    /** The option's text in {@code --help}. */
    public static final String DESCRIPTION =
            "client properties file for the connection: security.protocol, ssl.*, sasl.* and the like";

    private static final List<String> CONNECTS = List.of(
            "security.", "ssl.", "sasl.", "socket.", "client.dns.lookup", "client.rack", "connections.max.idle.ms");

    private KafkaConfigFile() {}

    /**
     * The access to a Kafka cluster.
     *
     * @param file empty for a Kafka without authentication
     * @throws IllegalArgumentException if the file has an unknown property, or one that is not about the connection
     * @throws UncheckedIOException if it cannot be read
     */
    public static KafkaAccess access(String bootstrap, Optional<Path> file) {
        return new KafkaAccess(bootstrap, file.map(KafkaConfigFile::read).orElse(Map.of()));
    }

    private static Map<String, String> read(Path file) {
        Properties read = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            read.load(in);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException("cannot read %s: %s".formatted(file, e), e);
        }
        Map<String, String> all = new HashMap<>();
        for (String name : read.stringPropertyNames()) {
            if (!AdminClientConfig.configNames().contains(name)) {
                throw new IllegalArgumentException("%s: %s is not a property of Kafka clients".formatted(file, name));
            }
            if (CONNECTS.stream().noneMatch(name::startsWith)) {
                throw new IllegalArgumentException(
                        "%s: %s is not allowed; only %s* configure the connection, and Shiplog sets the rest"
                                .formatted(file, name, String.join("*, ", CONNECTS)));
            }
            all.put(name, read.getProperty(name));
        }
        return all;
    }
}
