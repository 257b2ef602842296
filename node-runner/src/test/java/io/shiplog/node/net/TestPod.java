package io.shiplog.node.net;

import io.shiplog.node.net.PodNetwork.HostPort;
import io.shiplog.node.net.PodNetwork.PodSandbox;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A {@link PodProcess} in a network namespace of its own, as a sandbox made with {@code --network none} is. */
final class TestPod implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    final PodSandbox sandbox;

    private TestPod(Process process, BufferedReader answers, PodSandbox sandbox) {
        this.process = process;
        this.answers = answers;
        this.sandbox = sandbox;
    }

    static TestPod start(String name, List<HostPort> hostPorts) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        try {
            // unshare becomes the process that it starts: its id is the sandbox's.
            Process process = new ProcessBuilder(
                            "unshare",
                            "--net",
                            java,
                            "-Xmx32m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Djava.net.preferIPv4Stack=true",
                            "-cp",
                            System.getProperty("java.class.path"),
                            PodProcess.class.getName(),
                            name)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            if (!"ready".equals(answers.readLine())) {
                throw new IllegalStateException("the test's pod does not start");
            }
            return new TestPod(
                    process,
                    answers,
                    new PodSandbox("shop", name, "uid-" + name, "container-" + name, process.pid(), hostPorts));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the pod gets from an address. */
    String ask(String protocol, String host, int port) {
        try {
            OutputStream in = process.getOutputStream();
            in.write("%s %s %d\n".formatted(protocol, host, port).getBytes(StandardCharsets.UTF_8));
            in.flush();
            return String.valueOf(answers.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The namespace goes with its last process. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
