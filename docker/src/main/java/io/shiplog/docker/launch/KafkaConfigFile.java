package io.shiplog.docker.launch;

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
 * A client properties file, as Kafka's own tools take it with {@code --command-config}. It says how to connect, and nothing else: what
 * makes the log safe (acks, idempotence, order) is not for a file to change.
 *
 * @see <a href="https://kafka.apache.org/documentation/#security_configclients">Configuring Kafka clients</a>
 */
final class KafkaConfigFile {
    static final String DESCRIPTION =
            "client properties file that says how to connect: security.protocol, ssl.*, sasl.* and the like";

    private static final List<String> CONNECTS = List.of(
            "security.", "ssl.", "sasl.", "socket.", "client.dns.lookup", "client.rack", "connections.max.idle.ms");

    private KafkaConfigFile() {}

    /**
     * The way to a Kafka cluster.
     *
     * @param file empty for a Kafka that takes every client
     * @throws IllegalArgumentException if the file holds a property that is unknown, or none of a connection
     * @throws UncheckedIOException if it cannot be read
     */
    static KafkaAccess access(String bootstrap, Optional<Path> file) {
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
                        "%s: %s does not belong here; only %s* say how to connect, and Shiplog sets the rest"
                                .formatted(file, name, String.join("*, ", CONNECTS)));
            }
            all.put(name, read.getProperty(name));
        }
        return all;
    }
}
