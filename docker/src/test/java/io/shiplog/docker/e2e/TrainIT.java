package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The training of the start-up cache goes wrong: a cluster starts all the same. */
class TrainIT {
    private static final ClusterSettings SETTINGS =
            new ClusterSettings("untrained", 17943, "10.254.0.0/16", "10.135.0.0/16");

    /** A distribution of its own, so that the developer's cache stays as it is; beside the other, so that jars can be linked. */
    private final Path copy = Path.of("target", "untrained").toAbsolutePath();

    private final Path jdk = copy.resolve("jdk");

    @BeforeEach
    void prepare() throws IOException {
        delete();
        copyTheDistribution();
        breakTheJdk();
    }

    private void copyTheDistribution() throws IOException {
        Path lib = Files.createDirectories(copy.resolve("docker/target/lib"));
        try (Stream<Path> jars = Files.list(Path.of("target", "lib"))) {
            for (Path jar :
                    jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
                Files.createLink(lib.resolve(jar.getFileName()), jar);
            }
        }
        Path launcher = Files.createDirectories(copy.resolve("docker/src/main/launcher"));
        Files.copy(Path.of("src", "main", "launcher", "java.options"), launcher.resolve("java.options"));
        Files.createFile(copy.resolve("pom.xml"));
        Files.createFile(copy.resolve("docker/pom.xml"));
        Files.copy(Path.of("..", "shiplog"), copy.resolve("shiplog"));
        Files.createFile(lib.resolve(".built"));
    }

    @AfterEach
    void delete() throws IOException {
        new ShiplogHome(copy).delete();
    }

    /** A JDK whose training runs end with half a cache. */
    private void breakTheJdk() throws IOException {
        Path real = Path.of(System.getProperty("java.home"));
        Files.createDirectories(jdk.resolve("bin"));
        Files.copy(real.resolve("release"), jdk.resolve("release"));
        script("javac", "exit 0");
        script("java", """
                for argument; do
                  case $argument in
                    -XX:AOTCacheOutput=*) echo half >"${argument#*=}"; echo "no room for the cache"; exit 1 ;;
                    -XX:AOTCache=*) echo "a cache is used"; exit 1 ;;
                  esac
                done
                exec %s/bin/java "$@"
                """.formatted(real));
    }

    private void script(String name, String body) throws IOException {
        Path file = Files.writeString(jdk.resolve("bin").resolve(name), "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void whenTheTrainingRunFailsTheClusterStartsWithoutItsCacheAndSaysSo() throws IOException {
        try (ClusterUnderTest cluster = new ClusterUnderTest(
                SETTINGS, 0, copy.resolve("shiplog"), Map.of("JAVA_HOME", jdk.toString(), "SHIPLOG_BUILT", ""))) {
            Shell.Result up = cluster.tryUp();

            assertEquals(0, up.exitCode(), up.err());
            assertTrue(up.err().contains("it failed (see " + copy + "/docker/target/train.log)"), up.err());
            assertEquals("no room for the cache\n", Files.readString(copy.resolve("docker/target/train.log")));
            assertEquals(List.of(), caches());
            assertEquals("ok", cluster.kubectl("get", "--raw", "/readyz"));
        }
    }

    private List<Path> caches() throws IOException {
        try (Stream<Path> files = Files.list(copy.resolve("docker/target/lib"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("shiplog.aot"))
                    .toList();
        }
    }
}
