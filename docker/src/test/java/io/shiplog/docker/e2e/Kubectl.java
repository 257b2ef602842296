package io.shiplog.docker.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** kubectl in a namespace of its own of a cluster under test, so that tests of one cluster do not meet. */
final class Kubectl {
    private static final Duration SOON = Duration.ofSeconds(120);

    private final ClusterUnderTest cluster;
    private final String namespace;
    private final List<String> prefix;

    private Kubectl(ClusterUnderTest cluster, String namespace, List<String> prefix) {
        this.cluster = cluster;
        this.namespace = namespace;
        this.prefix = prefix;
    }

    /** Makes the namespace. */
    static Kubectl inNewNamespace(ClusterUnderTest cluster, String namespace) {
        cluster.kubectl("create", "namespace", namespace);
        // The controller of accounts makes it: pods are refused before.
        cluster.await(
                "the namespace's ServiceAccount",
                SOON,
                () -> cluster.tryKubectl("get", "serviceaccount", "default", "-n", namespace, "-o", "name")
                        .out(),
                name -> !name.isBlank());
        return in(cluster, namespace);
    }

    /** In a namespace that exists. */
    static Kubectl in(ClusterUnderTest cluster, String namespace) {
        return new Kubectl(cluster, namespace, List.of("kubectl", "--namespace", namespace));
    }

    /** The same namespace with more flags, or another environment: {@code with("env", "EDITOR=…")} goes before kubectl. */
    Kubectl before(String... words) {
        List<String> command = new ArrayList<>(List.of(words));
        command.addAll(prefix);
        return new Kubectl(cluster, namespace, command);
    }

    /** The same namespace with another kubectl than the one on the PATH. */
    Kubectl by(Path program) {
        List<String> command = new ArrayList<>(prefix);
        command.set(command.indexOf("kubectl"), program.toString());
        return new Kubectl(cluster, namespace, command);
    }

    /** The same namespace, with only this token, at a server of this path such as {@code /at/17}. */
    Kubectl withToken(String token, String path) {
        return new Kubectl(
                cluster,
                namespace,
                List.of(
                        "kubectl",
                        "--kubeconfig=/dev/null",
                        "--certificate-authority=" + cluster.authority(),
                        "--server=" + cluster.server() + path,
                        "--token=" + token,
                        "--namespace=" + namespace));
    }

    String namespace() {
        return namespace;
    }

    /** What it prints; fails the test if it fails. */
    String run(String... arguments) {
        return tried(null, arguments).orFail();
    }

    /** What it complains of; fails the test if it succeeds. */
    String refused(String... arguments) {
        return complaint(tried(null, arguments));
    }

    private static String complaint(Shell.Result result) {
        if (result.exitCode() == 0) {
            throw new AssertionError("was not refused: " + result.out());
        }
        return result.err();
    }

    /** With a text as its input, for {@code -f -}. */
    String feed(String text, String... arguments) {
        return tried(text, arguments).orFail();
    }

    String feedRefused(String text, String... arguments) {
        return complaint(tried(text, arguments));
    }

    String apply(String yaml) {
        return feed(yaml, "apply", "-f", "-");
    }

    /** How it ends, whichever way. */
    Shell.Result tried(@Nullable String input, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(Arrays.asList(arguments));
        return cluster.shell().run(SOON, input, command);
    }

    /** A field of an object, by JSONPath without braces. */
    String field(String object, String path) {
        return run("get", object, "-o", "jsonpath={" + path + "}");
    }

    /** Runs it again and again until it prints what is right. */
    String await(Predicate<String> right, String... arguments) {
        return cluster.await(
                String.join(" ", arguments),
                SOON,
                () -> {
                    Shell.Result result = tried(null, arguments);
                    return result.out() + result.err();
                },
                right);
    }

    /** Waits until a field has this value, whatever kubectl warns of. */
    void awaitField(String value, String object, String path) {
        String[] arguments = {"get", object, "-o", "jsonpath={" + path + "}"};
        cluster.await(
                String.join(" ", arguments),
                SOON,
                () -> {
                    Shell.Result result = tried(null, arguments);
                    return result.exitCode() == 0 ? result.out() : result.err();
                },
                value::equals);
    }
}
