package io.shiplog.docker.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A container registry on this machine that requires name and password. Docker uses plain HTTP for loopback addresses. */
final class PrivateRegistry implements AutoCloseable {
    static final String USER = "reader";
    static final String PASSWORD = "geheim";

    /** What {@code htpasswd -nbBC 5 reader geheim} prints. */
    private static final String PASSWORDS = "reader:$2y$05$xEoAK3Qn5IwB3VJzx2Ah2.9cwiSYovRRUfRPOr28wiNwzW3VwV5li\n";

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final String address;
    private final Path folder;
    private final Shell shell;
    private final List<String> pushed = new ArrayList<>();
    private final Process process;

    /** Starts it. */
    PrivateRegistry(int port) throws IOException {
        this.address = "127.0.0.1:" + port;
        this.folder = Files.createTempDirectory("shiplog-registry");
        this.shell = new Shell(Map.of("DOCKER_CONFIG", folder.resolve("docker").toString(), "DOCKER_BUILDKIT", "0"));
        run("images/unpack", "docker-registry", "usr/bin/docker-registry", folder.toString());
        Files.writeString(folder.resolve("passwords"), PASSWORDS);
        Files.writeString(folder.resolve("config.yml"), """
                version: 0.1
                log: {level: error, accesslog: {disabled: true}}
                storage: {filesystem: {rootdirectory: %s/data}}
                http: {addr: "%s"}
                auth: {htpasswd: {realm: test, path: %s/passwords}}
                """.formatted(folder, address, folder));
        this.process = start();
        run("docker", "login", "-u", USER, "-p", PASSWORD, address);
    }

    private Process start() throws IOException {
        Process started = new ProcessBuilder(
                        folder.resolve("docker-registry").toString(), "serve", folder + "/config.yml")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        run("curl", "-s", "--retry", "60", "--retry-delay", "1", "--retry-connrefused", "http://" + address + "/v2/");
        return started;
    }

    private String run(String... command) {
        return shell.run(PATIENCE, null, List.of(command)).orFail();
    }

    String address() {
        return address;
    }

    /** The full name of an image in this registry. */
    String image(String name) {
        return address + "/" + name;
    }

    /**
     * Makes an image that prints a word and sleeps, pushes it, and removes it from this machine.
     *
     * @return its digest, {@code sha256:…}
     */
    String push(String name, String word) {
        String image = image(name);
        String dockerfile = "FROM busybox:latest\nCMD [\"sh\", \"-c\", \"echo %s; sleep 1000\"]\n".formatted(word);
        shell.run(PATIENCE, dockerfile, List.of("docker", "build", "-q", "-t", image, "-"))
                .orFail();
        String said = run("docker", "push", image);
        run("docker", "rmi", image);
        pushed.add(image);
        return said.replaceAll("(?s).*digest: (sha256:[0-9a-f]+).*", "$1");
    }

    /** Stops it, and removes what was pulled from it. */
    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
        for (String image : pushed) {
            shell.run(PATIENCE, null, List.of("docker", "rmi", "-f", image));
        }
        String left = run("docker", "images", "--digests", "--format", "{{.Repository}}@{{.Digest}}");
        left.lines()
                .filter(line -> line.startsWith(address))
                .forEach(image -> shell.run(PATIENCE, null, List.of("docker", "rmi", "-f", image)));
        run("rm", "-rf", folder.toString());
    }
}
