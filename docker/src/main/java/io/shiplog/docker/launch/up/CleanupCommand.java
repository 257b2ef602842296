package io.shiplog.docker.launch.up;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.NameOnMachine;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.launch.cli.HomeOption;
import io.shiplog.node.NodeRunner;
import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.docker.DockerEngine;
import io.shiplog.node.net.NodeNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** The second half of {@code down}: removes what a stopped cluster left on the machine, whatever its state. */
@Command(
        name = "down",
        aliases = "cleanup",
        mixinStandardHelpOptions = true,
        description =
                "Stop the cluster and remove its containers, networks and rules from this machine. Its state stays.",
        footer = {"", "Example:", "  ./shiplog down"})
public final class CleanupCommand implements Callable<Integer> {
    private static final Path DOCKER_SOCKET = Path.of("/var/run/docker.sock");

    @Mixin
    private HomeOption home = new HomeOption();

    @Override
    public Integer call() {
        ShiplogHome folder = home.home();
        Optional<ClusterSettings> settings = ClusterSettings.readLeniently(folder);
        if (settings.isEmpty()) {
            return ExitCode.OK;
        }
        if (folder.running().isPresent()) {
            System.err.println("shiplog: the cluster is still running; './shiplog down' stops it first.");
            return ExitCode.SOFTWARE;
        }
        String cluster = settings.get().cluster();
        try (NameOnMachine _ = NameOnMachine.take(cluster, folder)) {
            return remove(cluster);
        }
    }

    private static int remove(String cluster) {
        if (Files.exists(DOCKER_SOCKET)) {
            try (ContainerEngine engine = DockerEngine.connect("unix://" + DOCKER_SOCKET)) {
                NodeRunner.removeEverything(engine, cluster);
            }
        }
        List<String> left = NodeNetwork.removeEverything(cluster);
        left.forEach(line -> System.err.println("shiplog: not removed: " + line));
        return left.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
