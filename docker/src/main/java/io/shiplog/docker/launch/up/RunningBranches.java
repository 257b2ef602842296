package io.shiplog.docker.launch.up;

import io.shiplog.docker.branch.Branch;
import io.shiplog.docker.home.ShiplogHome;
import java.util.List;

/** Running what-if clusters, whether or not their trunk runs: each is a separate process. */
final class RunningBranches {
    private RunningBranches() {}

    /** One line each: its name, and how it ends. */
    static List<String> of(ShiplogHome trunk) {
        return Branch.all(trunk).stream()
                .flatMap(branch -> trunk.branch(branch.name()).running().stream()
                        .map(process ->
                                "Branch '%s' is still running (pid %d, context %s); stop it with './shiplog branch --delete %s'"
                                        .formatted(branch.name(), process.pid(), branch.context(), branch.name())))
                .toList();
    }
}
