package io.shiplog.docker.launch.branch;

import io.shiplog.docker.branch.Branch;
import io.shiplog.docker.branch.BranchDiff;
import io.shiplog.docker.client.ApiClient;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.home.UserKubeconfig;
import io.shiplog.docker.launch.assembly.Stages;
import io.shiplog.docker.launch.cli.HomeOption;
import io.shiplog.docker.launch.cli.PointConverter;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.Identity;
import io.shiplog.projections.history.Point;
import io.shiplog.projections.image.Image;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What-if clusters: create, list, compare with the trunk, delete. */
@Command(
        name = "branch",
        mixinStandardHelpOptions = true,
        description = {
            "Try a change on a copy of the cluster that runs no containers: the objects and nodes of a moment, the same scheduler and controllers, simulated pods. It never changes the cluster itself.",
            "",
            "branch NAME            creates it, with the kubeconfig context CLUSTER-NAME",
            "branch NAME diff       shows the difference: pods that would move, and those that would not fit",
            "branch --list          lists the branches",
            "branch --delete NAME   stops and deletes one"
        },
        footer = {
            "",
            "Example:",
            "  ./shiplog branch fix --at 2026-11-22T03:10:00Z",
            "  kubectl --context shiplog-fix drain node-2 --ignore-daemonsets",
            "  ./shiplog branch fix diff"
        })
public final class BranchCommand implements Callable<Integer> {
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(30);

    @Mixin
    private HomeOption home = new HomeOption();

    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "lower case letters, digits and dashes")
    private @Nullable String name;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "diff",
            description = "compare it with the moment it started from")
    private @Nullable String action;

    @Option(
            names = "--at",
            paramLabel = "REVISION|TIME",
            converter = PointConverter.class,
            description = "the moment to start from (default: now)")
    private Optional<Point> at = Optional.empty();

    @Option(names = "--port", paramLabel = "PORT", description = "port of its API (default: any free one)")
    private Optional<Integer> port = Optional.empty();

    @ArgGroup
    private Instead instead = new Instead();

    private static final class Instead {
        @Option(names = "--list", description = "list the branches")
        private boolean list;

        @Option(names = "--delete", paramLabel = "NAME", description = "stop and delete a branch")
        private @Nullable String delete;
    }

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ShiplogHome trunk = home.home();
        if (instead.list) {
            return list(trunk);
        }
        if (instead.delete != null) {
            return delete(trunk, instead.delete);
        }
        if (name == null) {
            throw invalid("give the branch's NAME, --list or --delete NAME");
        }
        if (action == null) {
            return make(trunk, name);
        }
        if (!action.equals("diff")) {
            throw invalid("unknown argument '%s'; expected: diff".formatted(action));
        }
        return diff(trunk, name);
    }

    private ParameterException invalid(String message) {
        if (spec == null) {
            throw new IllegalStateException("not called by picocli");
        }
        return new ParameterException(spec.commandLine(), message);
    }

    private int make(ShiplogHome trunk, String wanted) throws IOException, InterruptedException {
        Branch.requireName(wanted);
        if (trunk.branch(wanted).running().isPresent()) {
            throw new IllegalStateException("branch '%s' already exists; delete it with './shiplog branch --delete %s'"
                    .formatted(wanted, wanted));
        }
        if (trunk.running().isEmpty()) {
            throw new IllegalStateException(
                    "no cluster is running in " + trunk.folder() + " to branch off from; './shiplog up' starts one.");
        }
        ClusterSettings settings = ClusterSettings.read(trunk)
                .orElseThrow(() -> new IllegalStateException("there is no cluster in " + trunk.folder()));
        Stages stages = new Stages(System.out);
        Image start = Trunk.at(trunk, settings, at, stages);
        Branch branch = new Branch(
                wanted,
                settings.cluster() + "-" + wanted,
                start.revision(Image.MAIN_SHARD),
                start.time(Image.MAIN_SHARD),
                port.isPresent() ? port.get() : freePort());
        stages.say("Branch '%s' starts from '%s' at revision %d (%s)"
                .formatted(wanted, settings.cluster(), branch.revision(), branch.time()));
        BranchCluster cluster = BranchCluster.start(trunk, settings, branch, start);
        CountDownLatch stopped = new CountDownLatch(1);
        cluster.onShutdown(stopped::countDown);
        stages.say("kubectl --context %s get pods -A".formatted(branch.context()));
        stages.say("Ready after %s s.".formatted(stages.seconds()));
        stopped.await();
        return ExitCode.OK;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static int list(ShiplogHome trunk) {
        String line = "%-20s %-28s %-10s %-30s %s%n";
        System.out.printf(line, "NAME", "CONTEXT", "REVISION", "TIME", "STATUS");
        for (Branch branch : Branch.all(trunk)) {
            System.out.printf(
                    line,
                    branch.name(),
                    branch.context(),
                    branch.revision(),
                    branch.time(),
                    trunk.branch(branch.name()).running().isPresent() ? "Running" : "Dead");
        }
        return ExitCode.OK;
    }

    private static int delete(ShiplogHome trunk, String name) throws IOException, InterruptedException {
        Branch branch = existing(trunk, name);
        Optional<ProcessHandle> process = trunk.branch(name).running();
        if (process.isPresent()) {
            process.get().destroy();
            try {
                process.get().onExit().get(STOPS_WITHIN.toSeconds(), TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException e) {
                process.get().destroyForcibly();
            }
        }
        // It cleans up after itself, unless it was killed.
        UserKubeconfig.forget(branch.context());
        trunk.branch(name).delete();
        System.out.println("Branch '" + name + "' deleted.");
        return ExitCode.OK;
    }

    private static Branch existing(ShiplogHome trunk, String name) {
        return Branch.read(trunk, Branch.requireName(name))
                .orElseThrow(() -> new IllegalStateException("there is no branch '" + name + "'"));
    }

    private static int diff(ShiplogHome trunk, String name) throws IOException, InterruptedException {
        Branch branch = existing(trunk, name);
        ClusterPki pki = ClusterPki.existing(trunk.branch(name).pki());
        try (ApiClient api = new ApiClient("https://127.0.0.1:" + branch.port(), pki.identify(Identity.admin()))) {
            ClusterObjects objects = new ClusterObjects(api);
            BranchDiff diff = BranchDiff.between(objects.read("/at/" + branch.revision()), objects.read(""));
            new BranchDiffText(System.out).print(branch, diff);
        }
        return ExitCode.OK;
    }
}
