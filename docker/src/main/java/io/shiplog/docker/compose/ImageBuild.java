package io.shiplog.docker.compose;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds an image with the local engine's own {@code docker build}, whose output the user sees. */
final class ImageBuild {
    private ImageBuild() {}

    /**
     * Builds an image.
     *
     * @param build as Compose describes it, with an absolute context
     * @throws ClientException if it cannot be built
     */
    static void run(String image, ObjectNode build) {
        List<String> command = command(image, build, Terminal::note);
        Terminal.note("Building " + image);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(build.path("dockerfile_inline").asText("").getBytes(StandardCharsets.UTF_8));
            }
            if (process.waitFor() != 0) {
                throw new ClientException("the image %s was not built".formatted(image));
            }
        } catch (IOException e) {
            throw new ClientException(
                    "cannot run 'docker build' for %s: %s. Install the docker command, or build it elsewhere and give --no-build"
                            .formatted(image, e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientException("interrupted");
        }
    }

    /** The command line; what has no place in it is named. */
    static List<String> command(String image, ObjectNode build, java.util.function.Consumer<String> notes) {
        Fields fields = new Fields(build, "build of " + image, note -> notes.accept("warning: " + note));
        List<String> command = new ArrayList<>(List.of("docker", "build", "--tag", image));
        fields.take("tags").forEach(each -> command.addAll(List.of("--tag", each.asText())));
        Optional<String> context = fields.text("context");
        boolean inline = !fields.take("dockerfile_inline").isMissingNode();
        Optional<String> dockerfile = fields.text("dockerfile");
        if (inline) {
            command.addAll(List.of("--file", "-"));
        } else {
            dockerfile.ifPresent(file -> command.addAll(List.of(
                    "--file",
                    java.nio.file.Path.of(context.orElse(".")).resolve(file).toString())));
        }
        fields.take("args")
                .properties()
                .forEach(each -> command.addAll(List.of(
                        "--build-arg", each.getKey() + "=" + each.getValue().asText())));
        fields.take("labels")
                .properties()
                .forEach(each -> command.addAll(
                        List.of("--label", each.getKey() + "=" + each.getValue().asText())));
        fields.text("target").ifPresent(target -> command.addAll(List.of("--target", target)));
        fields.text("network").ifPresent(network -> command.addAll(List.of("--network", network)));
        fields.take("cache_from").forEach(each -> command.addAll(List.of("--cache-from", each.asText())));
        if (fields.flag("no_cache")) {
            command.add("--no-cache");
        }
        if (fields.flag("pull")) {
            command.add("--pull");
        }
        fields.close();
        command.add("--");
        command.add(context.orElse("."));
        return command;
    }
}
