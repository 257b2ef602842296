package io.shiplog.docker.branch;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.pki.PrivateFile;
import io.shiplog.events.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A what-if cluster, as stored in its directory.
 *
 * @param name lower case letters, digits and dashes, at most 40
 * @param context of it in the user's kubeconfig
 * @param revision of the trunk's main shard at which it branches off
 * @param time of the trunk there
 * @param port of its API on this machine
 */
public record Branch(String name, String context, long revision, Instant time, int port) {
    private static final String NAME = "[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?";
    private static final String FILE = "branch.json";

    public Branch {
        requireName(name);
    }

    /** @throws IllegalArgumentException if the name is invalid */
    public static String requireName(String name) {
        if (!name.matches(NAME)) {
            throw new IllegalArgumentException(
                    "branch name '%s': lower case letters, digits and dashes, at most 40".formatted(name));
        }
        return name;
    }

    /** The branches of a cluster, by name; including those whose process has died. */
    public static List<Branch> all(ShiplogHome trunk) {
        try (Stream<Path> folders = Files.list(trunk.branches())) {
            return folders.sorted()
                    .map(folder -> read(trunk, folder.getFileName().toString()))
                    .flatMap(Optional::stream)
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The branch of a name, if there is one. */
    public static Optional<Branch> read(ShiplogHome trunk, String name) {
        try {
            JsonNode tree = Json.MAPPER.readTree(
                    Files.readString(trunk.branch(name).folder().resolve(FILE)));
            return Optional.of(new Branch(
                    name,
                    tree.path("context").asText(),
                    tree.path("revision").asLong(),
                    Instant.parse(tree.path("time").asText()),
                    tree.path("port").asInt()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stores it in its directory. */
    public void write(ShiplogHome trunk) {
        try {
            PrivateFile.write(
                    trunk.branch(name).folder().resolve(FILE),
                    Json.MAPPER
                                    .createObjectNode()
                                    .put("context", context)
                                    .put("revision", revision)
                                    .put("time", time.toString())
                                    .put("port", port)
                                    .toPrettyString()
                            + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
