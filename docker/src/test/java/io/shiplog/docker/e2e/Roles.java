package io.shiplog.docker.e2e;

import io.shiplog.docker.home.ClusterSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The roles of one cluster, each started by the script as a process of its own, against one Kafka. */
final class Roles {
    private static final Duration SOON = Duration.ofSeconds(90);

    private final ClusterUnderTest cluster;
    private final String kafka;
    private final List<String> started = new ArrayList<>();

    Roles(ClusterUnderTest cluster, String kafka) {
        this.cluster = cluster;
        this.kafka = kafka;
    }

    /** Starts a role and waits until it has said that it is there. */
    void start(String name, String command, String said) {
        ClusterSettings settings = cluster.settings();
        background(
                name,
                "%s %s --kafka %s --home %s --cluster %s --port %d --pod-cidr %s --service-cidr %s"
                        .formatted(
                                cluster.script(),
                                command,
                                kafka,
                                cluster.home(),
                                settings.cluster(),
                                settings.port(),
                                settings.podCidr(),
                                settings.serviceCidr()));
        cluster.await(name + " says " + said, SOON, () -> log(name), log -> log.contains(said));
    }

    /** Starts any command. */
    void background(String name, String command) {
        cluster.host(
                        "bash",
                        "-c",
                        "setsid bash -c 'exec %s' > %s/%s.log 2>&1 < /dev/null & echo $! > %s/%s.pid"
                                .formatted(command.replace("'", "'\\''"), cluster.home(), name, cluster.home(), name))
                .orFail();
        started.add(name);
    }

    String log(String name) {
        return cluster.host("cat", cluster.home() + "/" + name + ".log").out();
    }

    private String pid(String name) {
        return cluster.host("cat", cluster.home() + "/" + name + ".pid").out().strip();
    }

    /** SIGKILL. */
    void kill(String name) {
        cluster.host("kill", "-9", pid(name)).orFail();
        started.remove(name);
    }

    /** SIGTERM to those named, all at once; returns when they are gone. */
    void stop(List<String> names) {
        List<String> pids = names.stream().map(this::pid).toList();
        pids.forEach(pid -> cluster.host("kill", pid));
        cluster.await(
                names + " gone",
                SOON,
                () -> cluster.host("ps", "-o", "args=", "-p", String.join(",", pids))
                        .out(),
                String::isBlank);
        started.removeAll(names);
    }

    /** Stops what is left, last started first. */
    void stopAll() {
        for (String name : List.copyOf(started).reversed()) {
            stop(List.of(name));
        }
    }

    /** kubectl with the kubeconfig that the gateway wrote. */
    Shell.Result kubectl(String... arguments) {
        return run(null, arguments);
    }

    /** {@code kubectl apply -f -} of a text. */
    void apply(String yaml) {
        run(yaml, "apply", "-f", "-").orFail();
    }

    private Shell.Result run(@Nullable String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of("kubectl", "--kubeconfig", cluster.home() + "/kubeconfig"));
        command.addAll(List.of(arguments));
        return cluster.shell().run(ClusterUnderTest.LONG, input, command);
    }
}
