package io.shiplog.docker.launch;

import io.shiplog.docker.branch.Branch;
import io.shiplog.docker.home.ShiplogHome;
import java.util.List;

/** The what-if clusters that run, whether or not the cluster that they left does: each is a process of its own. */
final class RunningBranches {
    private RunningBranches() {}

    /** A line for each: what it is called, and how it ends. */
    static List<String> of(ShiplogHome trunk) {
        return Branch.all(trunk).stream()
                .flatMap(branch -> trunk.branch(branch.name()).running().stream()
                        .map(process ->
                                "Branch '%s' runs on its own (pid %d, context %s); './shiplog branch --delete %s' ends it"
                                        .formatted(branch.name(), process.pid(), branch.context(), branch.name())))
                .toList();
    }
}
