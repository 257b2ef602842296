package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Streams of real kubectl to real containers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int MIB = 1024 * 1024;

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("streams", 18443, "10.225.0.0/16", "10.149.0.0/16"), 1);

    @BeforeAll
    void up() {
        cluster.up();
        Kubectl.inNewNamespace(cluster, "s");
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: box, namespace: s}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: app
                    image: busybox:1.36
                    command: [sh, -c, 'while :; do sleep 1; done']
                  - name: other
                    image: busybox:1.36
                    command: [sh, -c, 'trap exit TERM; while read line; do echo "got $line"; done; sleep 3600']
                    stdin: true
                """);
        cluster.kubectl("wait", "-n", "s", "--for=condition=Ready", "pod/box", "--timeout=90s");
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    private Shell.Result exec(String... words) {
        return shell(null, words);
    }

    private Shell.Result shell(@Nullable String input, String... words) {
        List<String> command = new java.util.ArrayList<>(List.of("kubectl", "exec", "-n", "s", "box", "-c", "app"));
        command.addAll(List.of(words));
        return cluster.shell().run(SOON, input, command);
    }

    @Test
    void aCommandHasItsOutputsAndItsExitCode() {
        Shell.Result result = exec("--", "sh", "-c", "echo out; echo err >&2; exit 7");

        assertEquals("out\n", result.out());
        assertEquals("err\ncommand terminated with exit code 7\n", result.err());
        assertEquals(7, result.exitCode());
    }

    @Test
    void stdinEndsWhereItEnds() {
        assertEquals(
                "a\nb\nend\n",
                shell("a\nb\n", "-i", "--", "sh", "-c", "cat; echo end").orFail());
    }

    @Test
    void aTerminalIsOne() {
        Shell.Result result = cluster.host(
                "script",
                "-qec",
                "stty cols 111 rows 33; kubectl --kubeconfig %s exec -it -n s box -c app -- sh -c 'tty; sleep 1; stty size </dev/tty'"
                        .formatted(cluster.home().resolve("kubeconfig")),
                "/dev/null");

        assertTrue(result.out().contains("/dev/pts/0") && result.out().contains("33 111"), result::out);
    }

    @Test
    void aContainerThatIsNotThereIsNamed() {
        Shell.Result result = cluster.tryKubectl("exec", "-n", "s", "box", "-c", "nope", "--", "ls");

        assertEquals(1, result.exitCode());
        assertTrue(result.err().contains("container nope is not valid for pod box"), result::err);
    }

    @Test
    void aFileIsCopiedBothWays(@TempDir Path folder) throws IOException {
        byte[] bytes = new byte[64 * MIB];
        new SplittableRandom(7).nextBytes(bytes);
        Path there = Files.write(folder.resolve("there"), bytes);
        Path back = folder.resolve("back");

        cluster.kubectl("cp", "-n", "s", there.toString(), "box:/tmp/file", "-c", "app");
        cluster.kubectl("cp", "-n", "s", "box:/tmp/file", back.toString(), "-c", "app");

        assertEquals(-1, Files.mismatch(there, back));
    }

    @Test
    void aKilledClientLeavesNoProcess() throws Exception {
        Process kubectl = cluster.shell()
                .prepared()
                .command("kubectl", "exec", "-n", "s", "box", "-c", "app", "--", "sh", "-c", "sleep 4711 & sleep 4712")
                .start();
        cluster.await("the command", SOON, this::processes, all -> all.contains("4711") && all.contains("4712"));

        kubectl.destroyForcibly();
        assertTrue(kubectl.waitFor(10, TimeUnit.SECONDS));

        cluster.await("its end", SOON, this::processes, all -> !all.contains("471"));
    }

    private String processes() {
        return cluster.kubectl("exec", "-n", "s", "box", "-c", "app", "--", "ps");
    }

    @Test
    void whoOpenedWhatIsInTheLog() {
        exec("--", "sh", "-c", "true # seen").orFail();

        String log = cluster.shiplog("log", "pod/box", "-n", "s", "--what", "stream-opened")
                .orFail();

        assertTrue(log.contains("kubernetes-admin") && log.contains("exec in app: sh -c true # seen"), log);
        String why = cluster.shiplog("why", "pod/box", "-n", "s").orFail();
        assertTrue(why.contains("exec in app: sh -c true # seen"), why);
    }

    @Test
    void aPortIsForwardedToLocalhostOfThePod() throws Exception {
        exec("--", "sh", "-c", "mkdir -p /www; echo hello > /www/index.html; httpd -p 127.0.0.1:8080 -h /www")
                .orFail();
        Path out = Files.createTempFile("shiplog-it", ".forward");
        Process kubectl = cluster.shell()
                .prepared()
                .command("kubectl", "port-forward", "-n", "s", "pod/box", ":8080", ":8081")
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            String said = cluster.await(
                    "the forward", SOON, () -> read(out), text -> text.contains("127.0.0.1") && text.contains("8081"));
            int port = Integer.parseInt(said.replaceAll("(?s).*127\\.0\\.0\\.1:(\\d+) -> 8080.*", "$1"));
            for (int i = 0; i < 20; i++) {
                assertEquals(
                        "hello\n",
                        cluster.host("curl", "-s", "http://127.0.0.1:" + port).orFail());
            }
            int closed = Integer.parseInt(said.replaceAll("(?s).*127\\.0\\.0\\.1:(\\d+) -> 8081.*", "$1"));
            cluster.host("curl", "-s", "http://127.0.0.1:" + closed);
            cluster.await(
                    "the reason",
                    SOON,
                    () -> read(out),
                    text -> text.contains("failed to connect to localhost:8081 inside the pod: Connection refused"));
        } finally {
            kubectl.destroyForcibly();
            Files.delete(out);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void attachReadsAndWritesTheContainersOwnStreams() {
        Shell.Result result = cluster.shell()
                .run(
                        SOON,
                        null,
                        List.of(
                                "bash",
                                "-c",
                                "(sleep 1; echo hello; sleep 2) | timeout 10 kubectl attach -i -n s box -c other || true"));

        assertTrue(result.out().contains("got hello"), () -> result.out() + result.err());
    }
}
