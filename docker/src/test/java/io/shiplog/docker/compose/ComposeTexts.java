package io.shiplog.docker.compose;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compose files that are only texts, in the folder {@code /shop}. */
final class ComposeTexts {
    private final Map<Path, String> texts = new HashMap<>();
    private final Map<String, String> shell = new HashMap<>();
    private Set<String> profiles = Set.of();

    ComposeTexts file(String name, String text) {
        texts.put(Path.of("/shop").resolve(name), text);
        return this;
    }

    ComposeTexts variable(String name, String value) {
        shell.put(name, value);
        return this;
    }

    ComposeTexts profiles(String... names) {
        profiles = Set.of(names);
        return this;
    }

    ComposeProject read(String... names) {
        List<Path> files = List.of(names).stream()
                .map(each -> Path.of("/shop").resolve(each))
                .toList();
        return ComposeFiles.read(
                new ComposeFiles.Request(files, List.of(), profiles, ""),
                shell,
                file -> Optional.ofNullable(texts.get(file)));
    }

    /** A project of one file. */
    static ComposeProject project(String text) {
        return new ComposeTexts().file("compose.yaml", text).read("compose.yaml");
    }
}
