package io.shiplog.node;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Images for tests, made by {@code docker/images/build} where they are missing. */
public final class TestImages {
    private TestImages() {}

    /** Makes the image of this name unless it is here. */
    public static void ensure(String image) throws IOException, InterruptedException {
        if (run("docker", "image", "inspect", image) != 0) {
            int code = run(script(), image);
            if (code != 0) {
                throw new IllegalStateException("docker/images/build " + image + " ended with " + code);
            }
        }
    }

    /** Builds an image from the lines of a Dockerfile. */
    public static void build(String image, String... lines) throws IOException, InterruptedException {
        Process build = new ProcessBuilder("docker", "build", "-q", "-t", image, "-")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (OutputStream in = build.getOutputStream()) {
            in.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        }
        if (build.waitFor() != 0) {
            throw new IllegalStateException("docker build " + image + " failed");
        }
    }

    /** Removes an image. */
    public static void remove(String image) throws IOException, InterruptedException {
        run("docker", "image", "rm", "-f", image);
    }

    private static String script() {
        Path at = Path.of("").toAbsolutePath();
        while (at != null && !Files.exists(at.resolve("docker/images/build"))) {
            at = at.getParent();
        }
        if (at == null) {
            throw new IllegalStateException(
                    "docker/images/build is not above " + Path.of("").toAbsolutePath());
        }
        return at.resolve("docker/images/build").toString();
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
    }
}
