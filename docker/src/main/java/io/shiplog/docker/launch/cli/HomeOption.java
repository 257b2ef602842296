package io.shiplog.docker.launch.cli;

import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.home.UserKubeconfig;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The cluster's directory: the same option for every command. */
public final class HomeOption {
    @Option(
            names = "--home",
            paramLabel = "FOLDER",
            description = "the cluster's directory (default: $SHIPLOG_HOME, now ${env:SHIPLOG_HOME:-~/.shiplog})")
    private Optional<Path> folder = Optional.empty();

    /** The cluster's directory, which may not exist yet. */
    public ShiplogHome home() {
        Path path = folder.or(() -> Optional.ofNullable(System.getenv("SHIPLOG_HOME"))
                        .filter(v -> !v.isBlank())
                        .map(Path::of))
                .orElseGet(() -> UserKubeconfig.userHome().resolve(".shiplog"));
        return new ShiplogHome(path);
    }
}
