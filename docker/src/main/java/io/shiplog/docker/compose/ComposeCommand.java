package io.shiplog.docker.compose;

import io.shiplog.docker.client.ApiResources;
import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.ConnectionOptions;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.client.Terminal;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs Compose files on a cluster. */
@Command(
        name = "compose",
        mixinStandardHelpOptions = true,
        description = {
            "Run the services of Compose files on the cluster.",
            "What cannot be carried over is named on standard error; what Compose does not know is refused. docs/compose.md has the rules."
        },
        footer = {
            "",
            "Examples:",
            "  ./shiplog compose convert docker-compose.yml > shop.yaml",
            "  ./shiplog compose up docker-compose.yml",
            "  ./shiplog compose down docker-compose.yml --volumes"
        })
public final class ComposeCommand {
    private static final int DEFAULT_TIMEOUT_SECONDS = 300;

    /** Prints the objects. */
    @Command(
            name = "convert",
            mixinStandardHelpOptions = true,
            description = "Print the objects of Kubernetes, for kubectl apply -f. Needs no cluster.",
            footer = {
                "",
                "Examples:",
                "  ./shiplog compose convert docker-compose.yml > shop.yaml",
                "  ./shiplog compose convert base.yml production.yml --profile debug | kubectl apply -f -"
            })
    int convert(@Mixin ComposeOptions options) {
        Conversion conversion = Converter.convert(options.project());
        ComposeOptions.warn(conversion.notes().stream());
        ComposeOptions.warn(conversion.builds().keySet().stream()
                .map(image -> "the image %s is to be built: 'compose up' does, or 'docker build'".formatted(image)));
        Terminal.document(Manifests.yaml(conversion.objects()));
        return ExitCode.OK;
    }

    /** Applies the objects. */
    @Command(
            name = "up",
            mixinStandardHelpOptions = true,
            description = {
                "Build the images, apply the objects, and wait until the services are ready.",
                "Each service starts after those that it depends on."
            },
            footer = {
                "",
                "Examples:",
                "  ./shiplog compose up docker-compose.yml",
                "  ./shiplog compose up -n shop --remove-orphans"
            })
    int up(
            @Mixin ComposeOptions options,
            @Mixin ConnectionOptions connection,
            @Option(
                            names = "--timeout",
                            paramLabel = "SECONDS",
                            defaultValue = "" + DEFAULT_TIMEOUT_SECONDS,
                            description = "how long each service has to become ready (default: ${DEFAULT-VALUE})")
                    int timeoutSeconds,
            @Option(names = "--no-build", description = "use the images that are there") boolean noBuild,
            @Option(names = "--remove-orphans", description = "delete what the project no longer has")
                    boolean removeOrphans) {
        if (timeoutSeconds < 1) {
            throw new ClientException("--timeout is at least 1 second");
        }
        ComposeProject project = options.project();
        Conversion conversion = Converter.convert(project);
        ComposeOptions.warn(conversion.notes().stream());
        if (!noBuild) {
            conversion.builds().forEach(ImageBuild::run);
        }
        try (KubeApi api = connection.open()) {
            ProjectOnCluster cluster =
                    new ProjectOnCluster(api, ApiResources.of(api), connection.namespace(api), project.name());
            cluster.up(conversion, Duration.ofSeconds(timeoutSeconds), removeOrphans);
        }
        return ExitCode.OK;
    }

    /** Deletes the objects. */
    @Command(
            name = "down",
            mixinStandardHelpOptions = true,
            description =
                    "Delete all objects of the project, also those that the files no longer have, and wait for the end of its pods.",
            footer = {
                "",
                "Examples:",
                "  ./shiplog compose down docker-compose.yml",
                "  ./shiplog compose down -p shop --volumes"
            })
    int down(
            @Mixin ComposeOptions options,
            @Mixin ConnectionOptions connection,
            @Option(
                            names = {"-v", "--volumes"},
                            description = "also the claims of its named volumes, with their data")
                    boolean volumes) {
        String name = options.givenName().orElseGet(() -> options.project().name());
        try (KubeApi api = connection.open()) {
            new ProjectOnCluster(api, ApiResources.of(api), connection.namespace(api), name).down(volumes);
        }
        return ExitCode.OK;
    }
}
