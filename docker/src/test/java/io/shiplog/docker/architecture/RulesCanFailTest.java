package io.shiplog.docker.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules that the build itself holds, each shown to fail: a module under the same parent breaks them one after the other. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class RulesCanFailTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path MODULE = Path.of("target", "planted").toAbsolutePath();
    private static final Path SOURCE = MODULE.resolve("src/main/java/io/shiplog/planted/Planted.java");

    private static final String CLEAN = """
            package io.shiplog.planted;

            /** Keeps every rule. */
            final class Planted {
                private Planted() {}

                static int length(String text) {
                    return text.length();
                }
            }
            """;

    @BeforeEach
    void plant() throws IOException {
        Files.createDirectories(SOURCE.getParent());
        Files.writeString(MODULE.resolve("pom.xml"), """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <parent>
                    <groupId>io.shiplog</groupId>
                    <artifactId>shiplog</artifactId>
                    <version>0.1.0-SNAPSHOT</version>
                    <relativePath>../../../pom.xml</relativePath>
                  </parent>
                  <artifactId>planted</artifactId>
                </project>
                """);
        Files.writeString(SOURCE, CLEAN);
    }

    private record Build(int exitCode, String said) {}

    /** Runs Maven as a developer does, with the rules on. */
    private static Build build(String... goals) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                ROOT.resolve("mvnw").toString(),
                "-B",
                "-q",
                "-o",
                "-f",
                MODULE.resolve("pom.xml").toString()));
        command.addAll(List.of(goals));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process maven = builder.start();
        String said = new String(maven.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Build(maven.waitFor(), said);
    }

    @Test
    void whatKeepsEveryRulePasses() throws Exception {
        Build build = build("compile", "spotless:check");

        assertEquals(0, build.exitCode(), build.said());
    }

    @Test
    void nullAwayAndErrorProneFailTheBuild() throws Exception {
        Files.writeString(SOURCE, CLEAN.replace("length(String text) {", """
                        length(@org.jspecify.annotations.Nullable String text) {
                                new IllegalStateException("made and not thrown");"""));

        Build build = build("compile");

        assertNotEquals(0, build.exitCode());
        assertTrue(build.said().contains("[NullAway] dereferenced expression"), build.said());
        assertTrue(build.said().contains("[DeadException]"), build.said());
    }

    @Test
    void anotherFormatFailsTheBuild() throws Exception {
        Files.writeString(SOURCE, CLEAN.replace("return text.length();", "return    text.length( );"));

        Build build = build("spotless:check");

        assertNotEquals(0, build.exitCode());
        assertTrue(build.said().contains("format violations") && build.said().contains("Planted.java"), build.said());
    }
}
