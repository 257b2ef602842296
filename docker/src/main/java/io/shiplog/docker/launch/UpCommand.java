package io.shiplog.docker.launch;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.NameOnMachine;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.events.log.kafka.ShardConfig;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** All of a cluster in one process. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Start the cluster on this machine: broker, control plane and nodes in one process.",
        footer = {
            "",
            "The settings are remembered; later starts need none. Ctrl-C stops the process and leaves the containers running.",
            "",
            "Example:",
            "  ./shiplog up -d --nodes 2 && kubectl get nodes"
        })
public final class UpCommand implements Callable<Integer> {
    @Mixin
    private HomeOption home = new HomeOption();

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(names = "--nodes", paramLabel = "N", description = "logical nodes on this machine (default: 1)")
    private int nodes = 1;

    @Mixin
    private NetworkOption network = new NetworkOption();

    @Mixin
    private MonitorOption monitor = new MonitorOption();

    @Mixin
    private EventOptions events = new EventOptions();

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description =
                    "address that the API listens on beside the pods' own way to it; 0.0.0.0 for all (default: 127.0.0.1)")
    private String host = "127.0.0.1";

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            description =
                    "port of the broker, for subscribers (default: any free one, see '$SHIPLOG_HOME/kafka.bootstrap')")
    private int kafkaPort;

    @Option(
            names = {"-d", "--detach"},
            description = "return when the cluster is ready")
    private boolean detach;

    @Spec
    private @org.jspecify.annotations.Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        ShiplogHome folder = home.home();
        NodeNumbers numbers;
        ClusterSettings settings;
        try {
            numbers = NodeNumbers.firstOnes(nodes);
            settings = options.asked(folder);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
        List<ShardConfig> shards = events.shards();
        Networking networking = Networking.choose(
                network.mode(), settings, numbers, ClusterSettings.read(folder).isPresent());
        Optional<NameOnMachine> name =
                nodes > 0 ? Optional.of(NameOnMachine.take(settings.cluster(), folder)) : Optional.empty();
        options.settle(folder.create());
        Stages stages = new Stages(System.out);
        CountDownLatch stopped = new CountDownLatch(1);
        AllInOne cluster = AllInOne.start(
                folder,
                settings,
                new AllInOne.Start(numbers, networking, monitor.grace(), events.ttl(), shards, host, kafkaPort),
                stages);
        cluster.onShutdown(() -> {
            name.ifPresent(NameOnMachine::close);
            stopped.countDown();
        });
        cluster.announce(stages);
        stopped.await();
        return ExitCode.OK;
    }

    private ParameterException invalid(String message) {
        if (spec == null) {
            throw new IllegalStateException("not called by picocli");
        }
        return new ParameterException(spec.commandLine(), message);
    }
}
