package io.shiplog.node;

import java.io.IOException;
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
