package io.shiplog.docker.compose;

import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.Terminal;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which files make the project: as docker compose chooses them. */
final class ComposeOptions {
    private static final long FILE_LIMIT_BYTES = 4L << 20;
    private static final List<String> NAMES =
            List.of("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml");
    private static final List<String> OVERRIDES = List.of(
            "compose.override.yaml",
            "compose.override.yml",
            "docker-compose.override.yml",
            "docker-compose.override.yaml");

    @Parameters(
            arity = "0..*",
            paramLabel = "FILE",
            description =
                    "Compose files, later ones merged over earlier ones (default: compose.yaml or docker-compose.yml here, and its override file)")
    private List<Path> files = List.of();

    @Option(
            names = "--env-file",
            paramLabel = "FILE",
            description = "variables for the files (default: .env beside the first file)")
    private List<Path> envFiles = List.of();

    @Option(names = "--profile", paramLabel = "NAME", description = "also the services of this profile; '*' for all")
    private List<String> profiles = List.of();

    @Option(
            names = {"-p", "--project-name"},
            paramLabel = "NAME",
            description = "the project (default: the file's name, else its folder's)")
    private String projectName = "";

    /** The project's name if it was given, without reading a file. */
    Optional<String> givenName() {
        return projectName.isEmpty() || !files.isEmpty() ? Optional.empty() : Optional.of(Words.label(projectName));
    }

    /** Reads the project. */
    ComposeProject project() {
        List<Path> all = files.isEmpty() ? found(Path.of("")) : files;
        return ComposeFiles.read(
                new ComposeFiles.Request(absolute(all), absolute(envFiles), new LinkedHashSet<>(profiles), projectName),
                System.getenv(),
                ComposeOptions::text);
    }

    /** The files in a folder that Compose reads without being told. */
    static List<Path> found(Path folder) {
        List<Path> found = new ArrayList<>();
        for (List<String> names : List.of(NAMES, OVERRIDES)) {
            names.stream()
                    .map(folder::resolve)
                    .filter(Files::exists)
                    .findFirst()
                    .filter(file -> names == NAMES || !found.isEmpty())
                    .ifPresent(found::add);
        }
        if (found.isEmpty()) {
            throw new ClientException("no compose.yaml or docker-compose.yml here: give a FILE");
        }
        return found;
    }

    private static List<Path> absolute(List<Path> paths) {
        return paths.stream().map(each -> each.toAbsolutePath().normalize()).toList();
    }

    private static Optional<String> text(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > FILE_LIMIT_BYTES) {
                throw new ClientException("%s is not a file of at most %d MiB".formatted(file, FILE_LIMIT_BYTES >> 20));
            }
            return Optional.of(Files.readString(file));
        } catch (MalformedInputException e) {
            throw new ClientException(file + " is not text in UTF-8");
        } catch (IOException e) {
            throw new ClientException("cannot read %s: %s".formatted(file, e.getMessage()));
        }
    }

    /** The notes as lines of standard error. */
    static void warn(Stream<String> notes) {
        notes.forEach(note -> Terminal.note("warning: " + note));
    }
}
