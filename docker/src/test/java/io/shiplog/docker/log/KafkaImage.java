package io.shiplog.docker.log;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A Kafka image for Testcontainers: the one that is there, or that a registry gives, or one made of the test's own jars. */
final class KafkaImage {
    /** Named as the real one, of this Kafka's version, but never mistaken for it. */
    static final String TAG = "apache/kafka:4.3.1-shiplog";

    private static final int BUILD_MINUTES = 5;
    /** The location of Kafka's broker jars and their dependencies in a Maven repository. */
    private static final List<String> GROUPS = List.of(
            "/org/apache/kafka/",
            "/org/scala-lang/",
            "/com/typesafe/",
            "/org/slf4j/",
            "/com/fasterxml/",
            "/com/github/luben/",
            "/com/github/ben-manes/",
            "/at/yawk/lz4/",
            "/org/xerial/",
            "/net/sf/jopt-simple/",
            "/net/sourceforge/argparse4j/",
            "/org/hdrhistogram/",
            "/com/yammer/",
            "/io/dropwizard/",
            "/org/apache/logging/",
            "/org/apache/commons/",
            "/commons-",
            "/org/bitbucket/",
            "/io/opentelemetry/",
            "/com/google/re2j/",
            "/org/pcollections/",
            "/com/dynatrace/");

    private KafkaImage() {}

    /** Whether a Docker Engine answers. */
    static boolean dockerAnswers() throws InterruptedException {
        return succeeds("docker", "version");
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }

    /** Makes the image unless it is there. Not through Testcontainers, which itself needs the image. */
    static void ensure() throws IOException, InterruptedException {
        if (succeeds("docker", "image", "inspect", TAG)) {
            return;
        }
        String jars = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(jar -> jar.endsWith(".jar") && GROUPS.stream().anyMatch(jar::contains))
                .collect(Collectors.joining(":"));
        Path log = Files.createTempFile("kafka-image", ".log");
        ProcessBuilder build = new ProcessBuilder("images/kafka/build", TAG, jars)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        build.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = build.start();
        boolean ended = process.waitFor(BUILD_MINUTES, TimeUnit.MINUTES);
        if (!ended || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("docker/images/kafka/build failed: " + Files.readString(log));
        }
        Files.delete(log);
    }
}
