package io.shiplog.docker.launch.role;

import io.shiplog.command.CommandSide;
import io.shiplog.command.CommandSideConfig;
import io.shiplog.command.control.Controllers;
import io.shiplog.docker.launch.assembly.Closing;
import io.shiplog.docker.launch.assembly.ControlPlane;
import io.shiplog.docker.launch.assembly.ControllerSettings;
import io.shiplog.docker.launch.assembly.RoleContext;
import io.shiplog.docker.launch.assembly.Stages;
import io.shiplog.docker.launch.cli.EventOptions;
import io.shiplog.docker.launch.cli.HostAndPort;
import io.shiplog.docker.launch.cli.KeyLossOption;
import io.shiplog.docker.launch.cli.MonitorOption;
import io.shiplog.docker.launch.cli.SchedulerOption;
import io.shiplog.docker.pki.Identity;
import io.shiplog.docker.pki.KeyPart;
import io.shiplog.events.command.http.CommandPortServer;
import io.shiplog.events.log.kafka.WriterElection;
import io.shiplog.events.metrics.PrometheusText;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command side and the controllers as a separate process. Several may run: one writes, the others stand by. */
@Command(
        name = "command-side",
        mixinStandardHelpOptions = true,
        description = {
            "Run the command side and the controllers as a separate process, against an external Kafka.",
            "Start any number: one writes the log, the others stand by and take over when it fails."
        },
        footer = {"", "Example:", "  ./shiplog command-side --kafka kafka-1:9092 --listen 10.0.0.5:7443"})
public final class CommandSideRole implements Callable<Integer> {
    private static final Duration CLAIM_TIMEOUT = Duration.ofSeconds(30);

    @Mixin
    private RoleOptions role = new RoleOptions();

    @Mixin
    private MonitorOption monitor = new MonitorOption();

    @Mixin
    private SchedulerOption scheduler = new SchedulerOption();

    @Mixin
    private EventOptions events = new EventOptions();

    @Mixin
    private KeyLossOption keyLoss = new KeyLossOption();

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "where gateways and node runners reach this process (default: 127.0.0.1:7443)")
    private String listen = "127.0.0.1:7443";

    @Option(
            names = "--api-address",
            paramLabel = "ADDRESS",
            description =
                    "where pods reach gateways; may be repeated (default: the first node's address in the pod network)")
    private List<String> apiAddresses = List.of();

    @Override
    public Integer call() throws InterruptedException, IOException {
        Stages stages = new Stages(System.out);
        Closing parts = new Closing();
        HostAndPort address = HostAndPort.parse(listen);
        RoleContext context = role.enter(
                parts,
                Set.of(KeyPart.AUTHORITY, KeyPart.SERVICE_ACCOUNTS, KeyPart.LOG_SIGNING),
                keyLoss.isAccepted(),
                events.shards(),
                stages);
        CommandSide side = parts.with(ControlPlane.commandSide(
                context, new CommandSideConfig(listen, CLAIM_TIMEOUT, false, ControlPlane.tokens(context.pki()))));
        AtomicReference<Consumer<PrometheusText>> metrics = new AtomicReference<>(text -> {});
        parts.with(CommandPortServer.start(
                new InetSocketAddress(address.host(), address.port()),
                context.pki().identify(Identity.commandSide(List.of(address.host(), "localhost"))),
                Identity::speaksFor,
                side,
                text -> Objects.requireNonNull(metrics.get()).accept(text)));
        List<String> addresses =
                apiAddresses.isEmpty() ? List.of(context.settings().nodeAddress(1)) : apiAddresses;
        Controllers controllers = parts.with(ControlPlane.controllers(
                context,
                side,
                addresses,
                new ControllerSettings(monitor.grace(), events.ttl(), scheduler.config()),
                ControlPlane.usages(context)));
        metrics.set(controllers::write);
        parts.with(ControlPlane.keyRotations(context, side));
        context.projections().store(side::leads, parts);
        parts.with(WriterElection.join(role.logConfig(context.settings()), () -> side.lead()));
        stages.say("Command side at " + listen);
        RoleOptions.stay(parts);
        return ExitCode.OK;
    }
}
