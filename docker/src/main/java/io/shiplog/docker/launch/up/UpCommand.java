package io.shiplog.docker.launch.up;

import io.shiplog.docker.client.ClientConfig;
import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.NameOnMachine;
import io.shiplog.docker.home.NodeCount;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.launch.assembly.ControllerSettings;
import io.shiplog.docker.launch.assembly.Stages;
import io.shiplog.docker.launch.cli.EventOptions;
import io.shiplog.docker.launch.cli.HomeOption;
import io.shiplog.docker.launch.cli.KeyLossOption;
import io.shiplog.docker.launch.cli.MonitorOption;
import io.shiplog.docker.launch.cli.SchedulerOption;
import io.shiplog.docker.launch.cli.SettingsOptions;
import io.shiplog.docker.launch.node.NetworkOption;
import io.shiplog.docker.launch.node.Networking;
import io.shiplog.docker.launch.node.NodeNumbers;
import io.shiplog.events.log.kafka.ShardConfig;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A whole cluster in one process. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Start the cluster on this machine: broker, control plane and nodes in one process.",
        footer = {
            "",
            "The settings are remembered; later starts need none. Ctrl-C stops the process and leaves the containers running.",
            "On a running cluster, --nodes changes the number of nodes; other options take effect at the next start.",
            "",
            "Example:",
            "  ./shiplog up -d --nodes 2 && kubectl get nodes",
            "  ./shiplog up --nodes 3      # one node more, while it runs"
        })
public final class UpCommand implements Callable<Integer> {
    @Mixin
    private HomeOption home = new HomeOption();

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = {
                "logical nodes on this machine; on a running cluster, nodes are added, or the last ones drained and removed (default: as before, initially 1)"
            })
    private Optional<Integer> nodes = Optional.empty();

    @Option(names = "--force", description = "when removing nodes: delete their pods without a controller")
    private boolean force;

    @Mixin
    private NetworkOption network = new NetworkOption();

    @Mixin
    private MonitorOption monitor = new MonitorOption();

    @Mixin
    private SchedulerOption scheduler = new SchedulerOption();

    @Mixin
    private EventOptions events = new EventOptions();

    @Mixin
    private KeyLossOption keyLoss = new KeyLossOption();

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description =
                    "listen address of the API, in addition to the pod network's; 0.0.0.0 for all (default: 127.0.0.1)")
    private String host = "127.0.0.1";

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            description =
                    "port of the broker on 127.0.0.1, for subscribers (default: that of the last start, initially any free one)")
    private Optional<Integer> kafkaPort = Optional.empty();

    @Option(
            names = {"-d", "--detach"},
            description = "return when the cluster is ready")
    private boolean detach;

    @Spec
    private @org.jspecify.annotations.Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        ShiplogHome folder = home.home();
        ClusterSettings settings;
        int remembered = NodeCount.wanted(folder);
        int asked = nodes.orElse(remembered);
        NodeNumbers numbers;
        try {
            numbers = NodeNumbers.firstOnes(asked);
            settings = options.asked(folder);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
        if (folder.running().isPresent()) {
            return onRunning(folder, settings, asked);
        }
        boolean fewer = asked > 0 && asked < remembered;
        return start(folder, settings, fewer ? NodeNumbers.firstOnes(remembered) : numbers, asked);
    }

    private int start(ShiplogHome folder, ClusterSettings settings, NodeNumbers numbers, int asked)
            throws InterruptedException {
        List<ShardConfig> shards = events.shards();
        Networking networking = Networking.choose(
                        network.mode(),
                        settings,
                        numbers,
                        ClusterSettings.read(folder).isPresent())
                .allowing(network.externalIps());
        Optional<NameOnMachine> name =
                numbers.count() > 0 ? Optional.of(NameOnMachine.take(settings.cluster(), folder)) : Optional.empty();
        options.settle(folder.create());
        NodeCount.want(folder, numbers.count());
        Stages stages = new Stages(System.out);
        CountDownLatch stopped = new CountDownLatch(1);
        AllInOne cluster = AllInOne.start(
                folder,
                settings,
                new AllInOne.Start(
                        numbers,
                        networking,
                        new ControllerSettings(monitor.grace(), events.ttl(), scheduler.config()),
                        shards,
                        host,
                        kafkaPort,
                        keyLoss.isAccepted()),
                stages);
        cluster.onShutdown(() -> {
            name.ifPresent(NameOnMachine::close);
            RunningBranches.of(folder).forEach(System.out::println);
            stopped.countDown();
        });
        cluster.announce(stages, () -> afterStart(folder, asked, stages));
        stopped.await();
        return ExitCode.OK;
    }

    /** Actions once the API answers: report branches that outlived the process, and remove surplus nodes. */
    private void afterStart(ShiplogHome folder, int asked, Stages stages) {
        RunningBranches.of(folder).forEach(stages::say);
        if (asked == NodeCount.wanted(folder)) {
            return;
        }
        try {
            scale(folder, asked, stages::say);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException | ClientException e) {
            stages.say("There are still %d nodes: %s".formatted(NodeCount.wanted(folder), e.getMessage()));
        }
    }

    private int onRunning(ShiplogHome folder, ClusterSettings settings, int asked) throws InterruptedException {
        System.err.println("The cluster '%s' is running (pid %d). See './shiplog status'."
                .formatted(settings.cluster(), folder.running().orElseThrow().pid()));
        later(folder, settings)
                .forEach(option -> System.err.println(
                        option + " takes effect at the next start: './shiplog down', then './shiplog up' with it."));
        if (nodes.isPresent() && NodeCount.running(folder).map(NodeCount::count).orElse(0) != asked) {
            scale(folder, asked, System.err::println);
        }
        return ExitCode.OK;
    }

    /** Given options that a running cluster ignores. */
    private List<String> later(ShiplogHome folder, ClusterSettings settings) {
        boolean sameSettings = ClusterSettings.read(folder).equals(Optional.of(settings));
        return command().commandLine().getParseResult().matchedOptions().stream()
                .map(OptionSpec::longestName)
                .filter(option -> !FOLLOWED.contains(option))
                .filter(option -> !(sameSettings && REMEMBERED.contains(option)))
                .toList();
    }

    private static final Set<String> FOLLOWED = Set.of("--nodes", "--force", "--detach", "--home");
    private static final Set<String> REMEMBERED =
            Set.of("--cluster", "--port", "--pod-cidr", "--service-cidr", "--encrypt", "--load-balancer-range");

    private void scale(ShiplogHome folder, int asked, Consumer<String> progress) throws InterruptedException {
        try (KubeApi api = new KubeApi(ClientConfig.of(folder.kubeconfig(), null, System.getenv()))) {
            new NodeScaling(folder, api, force, progress).to(asked);
        }
    }

    private ParameterException invalid(String message) {
        return new ParameterException(command().commandLine(), message);
    }

    private CommandSpec command() {
        if (spec == null) {
            throw new IllegalStateException("not called by picocli");
        }
        return spec;
    }
}
