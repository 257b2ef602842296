package io.shiplog.docker.compose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files in the style of the well-known public ones, with what cannot be carried over in their first lines. {@code ComposeOnClusterTest} gives the
 * objects to a cluster.
 */
class PublicComposeFilesTest {
    private static final Path FOLDER =
            Path.of("src", "test", "resources", "compose").toAbsolutePath();
    private static final String NOTE = "# warning: ";

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(each -> each.toString().endsWith(".yml"))
                    .filter(each -> !each.endsWith("django-common.yml"))
                    .sorted()
                    .toList();
        }
    }

    private static Optional<String> read(Path file) {
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Conversion converted(Path file) {
        return Converter.convert(ComposeFiles.read(
                new ComposeFiles.Request(List.of(file), List.of(), Set.of("*"), ""),
                Map.of("TAG", "1.36", "TOKEN", "t"),
                PublicComposeFilesTest::read));
    }

    @ParameterizedTest
    @MethodSource("files")
    void whatIsNotCarriedOverIsNamed(Path file) throws IOException {
        List<String> expected = Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(NOTE))
                .map(line -> line.substring(NOTE.length()))
                .toList();

        assertEquals(expected, converted(file).notes());
    }

    @ParameterizedTest
    @MethodSource("files")
    void theManifestsAreReadBackTheSame(Path file) throws IOException {
        Conversion conversion = converted(file);

        List<JsonNode> read;
        try (MappingIterator<JsonNode> documents =
                new YAMLMapper().readerFor(JsonNode.class).readValues(Manifests.yaml(conversion.objects()))) {
            read = documents.readAll();
        }

        assertTrue(files().size() >= 20);
        assertEquals(conversion.objects().toString(), read.toString());
    }
}
