package io.shiplog.docker.launch.role;

import io.shiplog.docker.launch.assembly.AdminAccess;
import io.shiplog.docker.launch.assembly.Closing;
import io.shiplog.docker.launch.assembly.ControlPlane;
import io.shiplog.docker.launch.assembly.RoleContext;
import io.shiplog.docker.launch.assembly.Stages;
import io.shiplog.docker.pki.Identity;
import io.shiplog.docker.pki.KeyPart;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The gateway as a separate process. Any number of gateways may run. */
@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        description =
                "Run a gateway as a separate process, against an external Kafka. It finds the command side through the log.",
        footer = {"", "Example:", "  ./shiplog gateway --kafka kafka-1:9092 --host 0.0.0.0"})
public final class GatewayRole implements Callable<Integer> {
    @Mixin
    private RoleOptions role = new RoleOptions();

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "address to listen on; may be repeated (default: 0.0.0.0, all)")
    private List<String> hosts = List.of("0.0.0.0");

    @Override
    public Integer call() throws InterruptedException {
        Stages stages = new Stages(System.out);
        Closing parts = new Closing();
        RoleContext context =
                role.enter(parts, Set.of(KeyPart.AUTHORITY, KeyPart.SERVICE_ACCOUNTS, KeyPart.ADMIN_TOKEN), stages);
        parts.with(ControlPlane.gateway(
                context,
                parts.with(context.writer(Identity.gatewayClient())),
                hosts,
                ControlPlane.usages(context),
                text -> {}));
        AdminAccess.write(context.home(), context.settings(), context.pki());
        stages.say("API at %s port %d; kubeconfig: %s"
                .formatted(
                        String.join(", ", hosts),
                        context.settings().port(),
                        context.home().kubeconfig()));
        RoleOptions.stay(parts);
        return ExitCode.OK;
    }
}
