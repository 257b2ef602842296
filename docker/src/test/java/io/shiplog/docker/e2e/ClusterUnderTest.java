package io.shiplog.docker.e2e;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.pki.KafkaPki;
import io.shiplog.events.log.kafka.KafkaAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A cluster started by the script in a home of its own, with networks that collide with no other cluster of the machine, and
 * kubectl pointed at it.
 */
final class ClusterUnderTest implements AutoCloseable {
    static final Duration LONG = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(300);

    private final ClusterSettings settings;
    private final int nodes;
    private final Path home;
    private final Path script;
    private final Shell shell;

    ClusterUnderTest(ClusterSettings settings, int nodes) {
        this(settings, nodes, Path.of("..", "shiplog").toAbsolutePath().normalize(), Map.of("SHIPLOG_BUILT", "true"));
    }

    /** Of another copy of the distribution, with an environment of its own. */
    ClusterUnderTest(ClusterSettings settings, int nodes, Path script, Map<String, String> environment) {
        this.settings = settings;
        this.nodes = nodes;
        this.script = script;
        try {
            this.home = Files.createTempDirectory("shiplog-it-" + settings.cluster());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> all = new HashMap<>(environment);
        all.put("SHIPLOG_HOME", home.toString());
        all.put("KUBECONFIG", home.resolve("user-kubeconfig").toString());
        this.shell = new Shell(all);
    }

    /** Starts the cluster, or starts it again. */
    ClusterUnderTest up(String... more) {
        tryUp(more).orFail();
        return this;
    }

    Shell.Result tryUp(String... more) {
        List<String> command = new ArrayList<>(List.of(
                "up",
                "-d",
                "--cluster",
                settings.cluster(),
                "--port",
                Integer.toString(settings.port()),
                "--pod-cidr",
                settings.podCidr(),
                "--service-cidr",
                settings.serviceCidr(),
                "--nodes",
                Integer.toString(nodes)));
        command.addAll(List.of(more));
        return shiplog(command.toArray(String[]::new));
    }

    /** The API's address. */
    String server() {
        return "https://127.0.0.1:" + settings.port();
    }

    /** The file of the CA's certificate. */
    String authority() {
        return home.resolve("pki").resolve("ca.crt").toString();
    }

    String adminToken() {
        try {
            return Files.readString(home.resolve("pki").resolve("admin.token")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The cluster's log file. */
    String log() {
        try {
            return Files.readString(home.resolve("shiplog.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path script() {
        return script;
    }

    Path home() {
        return home;
    }

    ClusterSettings settings() {
        return settings;
    }

    Shell shell() {
        return shell;
    }

    Shell.Result shiplog(String... arguments) {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        return shell.run(LONG, null, command);
    }

    /** kubectl as the admin; fails the test if kubectl fails. */
    String kubectl(String... arguments) {
        return tryKubectl(arguments).orFail();
    }

    Shell.Result tryKubectl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        return shell.run(LONG, null, command);
    }

    /** {@code kubectl apply -f -} of a text. */
    String apply(String yaml) {
        return shell.run(LONG, yaml, List.of("kubectl", "apply", "-f", "-")).orFail();
    }

    /** A command on the host. */
    Shell.Result host(String... command) {
        return shell.run(LONG, null, List.of(command));
    }

    /** Asks until the answer is right; the last answer is in the failure. */
    String await(String what, Duration limit, Supplier<String> ask, Predicate<String> right) {
        Instant end = Instant.now().plus(limit);
        String answer = ask.get();
        while (!right.test(answer)) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("after %s still not: %s; last answer:%n%s".formatted(limit, what, answer));
            }
            pause();
            answer = ask.get();
        }
        return answer;
    }

    private static void pause() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Its broker, for a client that may do everything. */
    KafkaAccess kafka() {
        return kafka(home);
    }

    /** The broker of the cluster in a folder. */
    static KafkaAccess kafka(Path folder) {
        ShiplogHome home = new ShiplogHome(folder);
        try {
            return new KafkaAccess(
                    Files.readString(home.bootstrapFile()).strip(),
                    KafkaPki.open(home.kafkaPki()).cluster());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        try {
            return Long.parseLong(Files.readString(home.resolve("shiplog.pid")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        shiplog("down").orFail();
        host("rm", "-rf", home.toString());
    }
}
