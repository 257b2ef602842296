package io.shiplog.docker.launch.up;

import io.shiplog.docker.client.Confirmation;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.home.UserKubeconfig;
import io.shiplog.docker.launch.cli.HomeOption;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Deletes a stopped cluster: its log, keys, settings, and its context in the user's kubeconfig. */
@Command(
        name = "reset",
        mixinStandardHelpOptions = true,
        description = "Delete the state of a stopped cluster: its log, keys and settings. This cannot be undone.",
        footer = {"", "Example:", "  ./shiplog down && ./shiplog reset --yes"})
public final class ResetCommand implements Callable<Integer> {
    @Mixin
    private HomeOption home = new HomeOption();

    @Option(names = "--yes", description = "skip the confirmation")
    private boolean yes;

    @Override
    public Integer call() throws IOException {
        ShiplogHome folder = home.home();
        if (!Files.exists(folder.folder())) {
            System.err.println("There is nothing at " + folder.folder() + ".");
            return ExitCode.OK;
        }
        if (folder.running().isPresent()) {
            System.err.println("shiplog: the cluster is running: './shiplog down' first.");
            return ExitCode.SOFTWARE;
        }
        if (!yes) {
            Confirmation.of("Delete the cluster in " + folder.folder() + ", including its whole log?");
        }
        String context = ClusterSettings.readLeniently(folder)
                .map(ClusterSettings::cluster)
                .orElse(ClusterSettings.DEFAULT.cluster());
        UserKubeconfig.forget(context);
        folder.delete();
        System.err.println("Deleted. './shiplog up' starts a new cluster.");
        return ExitCode.OK;
    }
}
