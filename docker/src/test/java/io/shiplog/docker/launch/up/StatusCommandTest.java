package io.shiplog.docker.launch.up;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.KafkaPki;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code status} says of a cluster that does not run. */
class StatusCommandTest {
    @TempDir
    private Path folder;

    private ShiplogHome home = new ShiplogHome(Path.of(""));

    /** A home as {@code down} leaves it: the log's folder is formatted, all keys are there. */
    @BeforeEach
    void aStoppedCluster() throws IOException {
        home = new ShiplogHome(folder.resolve("home"));
        Files.createDirectories(home.kafka());
        Files.writeString(home.kafka().resolve("meta.properties"), "version=1\n");
        ClusterPki.open(home.pki(), "shiplog");
        KafkaPki.open(home.kafkaPki());
        for (String name : List.of("log.key", "log-signing.key", "log-signing.pub", "secrets.key")) {
            Files.writeString(home.pki().resolve(name), "");
        }
    }

    @Test
    void nothing_is_said_of_keys_that_are_there() {
        assertEquals(List.of(), StatusCommand.missingKeys(home));
        assertTrue(StatusCommand.stopped(home).startsWith("not running"), StatusCommand.stopped(home));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ca.crt",
                "ca.key",
                "sa.key",
                "sa.pub",
                "admin.token",
                "log-signing.key",
                "log-signing.pub",
                "kafka/ca.crt",
                "kafka/ca.key",
                "log.key",
                "secrets.key"
            })
    void a_missing_key_is_named_with_what_restores_it(String name) throws IOException {
        Files.delete(home.pki().resolve(name));

        List<String> said = StatusCommand.missingKeys(home);

        assertEquals(1, said.size(), said.toString());
        assertTrue(said.getFirst().contains(home.pki().resolve(name).toString()), said.toString());
        assertTrue(said.getFirst().contains("./shiplog keys import FILE"), said.toString());
    }

    @Test
    void without_its_folder_all_keys_are_named() throws IOException {
        try (Stream<Path> all = Files.walk(home.pki())) {
            for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }

        String said = String.join("\n", StatusCommand.missingKeys(home));

        for (String name : List.of("ca.key", "sa.key", "admin.token", "kafka/ca.key", "log.key", "secrets.key")) {
            assertTrue(said.contains(home.pki().resolve(name).toString()), said);
        }
    }

    @Test
    void a_cluster_without_a_log_misses_no_key() throws IOException {
        Files.delete(home.kafka().resolve("meta.properties"));
        Files.delete(home.pki().resolve("log.key"));

        assertEquals(List.of(), StatusCommand.missingKeys(home));
    }

    @Test
    void a_crash_leaves_a_pid_file_without_a_process() throws IOException {
        Files.writeString(home.pidFile(), "999999999\n");

        assertTrue(StatusCommand.stopped(home).startsWith("it crashed or was killed"), StatusCommand.stopped(home));
    }
}
