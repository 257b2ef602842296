package io.shiplog.docker.launch.assembly;

import io.shiplog.command.CommandSide;
import io.shiplog.command.CommandSideConfig;
import io.shiplog.command.bootstrap.BootstrapConfig;
import io.shiplog.command.control.ClusterNetworks;
import io.shiplog.command.control.Controllers;
import io.shiplog.command.control.ControllersConfig;
import io.shiplog.command.control.keys.KeyRotations;
import io.shiplog.command.control.loop.Backoff;
import io.shiplog.command.control.loop.LoopThread;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.command.kind.core.service.ServiceNetwork;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.command.token.TokenConfig;
import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.Identity;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.metrics.PrometheusText;
import io.shiplog.events.object.Actor;
import io.shiplog.gateway.Gateway;
import io.shiplog.gateway.GatewayConfig;
import io.shiplog.gateway.GatewayLimits;
import io.shiplog.gateway.PemFiles;
import io.shiplog.gateway.identity.IssuerDiscovery;
import io.shiplog.gateway.identity.ServiceAccountTrust;
import io.shiplog.projections.access.RbacAuthorizer;
import io.shiplog.projections.image.UnreadableObjects;
import io.shiplog.projections.travel.ObjectTravel;
import io.shiplog.projections.usage.NodeUsages;
import io.shiplog.projections.usage.UsageSource;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Assembles the parts of the control plane, for one process or several. */
public final class ControlPlane {
    private static final Actor ADMIN = new Actor("kubernetes-admin", List.of("system:masters", "system:authenticated"));

    private ControlPlane() {}

    /** The command side. */
    public static CommandSide commandSide(RoleContext context, CommandSideConfig config) {
        ServiceNetwork services = new ServiceNetwork(
                context.settings().serviceCidr(),
                ServiceNetwork.DEFAULT.firstNodePort(),
                ServiceNetwork.DEFAULT.lastNodePort());
        BuiltInKinds builtIn = new BuiltInKinds(services);
        return CommandSide.start(
                config,
                context.shards().logs(),
                context.image(),
                builtIn::of,
                new SchemaValidation(Schemas.builtIn()),
                context.clock());
    }

    /** The signing configuration of ServiceAccount tokens. */
    public static TokenConfig tokens(ClusterPki pki) {
        return new TokenConfig(RoleContext.ISSUER, pki.signingKey(), IssuerDiscovery.keyId(pki.signingPublicKey()));
    }

    /** The process managers, which work while the command side leads. */
    public static Controllers controllers(
            RoleContext context,
            CommandSide side,
            List<String> apiAddresses,
            ControllerSettings how,
            UsageSource usages) {
        ClusterSettings settings = context.settings();
        return Controllers.start(
                context.image(),
                side,
                context.clock(),
                usages,
                new ControllersConfig(
                        side::leads,
                        type -> {
                            KindDescription kind =
                                    context.image().current().kinds().get(type);
                            return kind == null ? "events" : kind.shard();
                        },
                        new BootstrapConfig(
                                settings.serviceAddress(1),
                                settings.serviceAddress(10),
                                apiAddresses,
                                settings.port(),
                                settings.serviceCidr(),
                                how.scheduler()),
                        context.pki().clusterAuthority(),
                        tokens(context.pki()),
                        new ClusterNetworks(settings.podCidr(), settings.balancers()),
                        how.monitorGrace(),
                        how.eventTtl()));
    }

    /** The controller for key rotation and shredding, which works while the command side leads. */
    public static AutoCloseable keyRotations(RoleContext context, CommandSide side) {
        LoopThread thread = new LoopThread("key-rotations", context.clock(), side::leads);
        thread.start(
                context.image(),
                List.of(new KeyRotations(
                        context.image()::current,
                        side,
                        context.keys(),
                        context.history(),
                        thread,
                        context.clock(),
                        Backoff.DEFAULT)));
        return thread;
    }

    /** The gateway. */
    public static Gateway gateway(
            RoleContext context,
            CommandPort commands,
            List<String> hosts,
            UsageSource usages,
            Consumer<PrometheusText> parts) {
        ClusterPki pki = context.pki();
        Identity server = Identity.gateway(names(context.settings(), hosts));
        pki.identify(server);
        pki.identify(Identity.gatewayClient());
        return Gateway.start(
                new GatewayConfig(
                        hosts,
                        context.settings().port(),
                        pem(pki, server),
                        pem(pki, Identity.gatewayClient()),
                        Map.of(pki.adminToken(), ADMIN),
                        new ServiceAccountTrust(
                                RoleContext.ISSUER, Set.of(RoleContext.ISSUER), List.of(pki.signingPublicKey())),
                        GatewayLimits.DEFAULT,
                        0,
                        context.clock()),
                context.image(),
                context.image(),
                new ObjectTravel(context.image(), context.history(), context.image(), context.clock()),
                context.history(),
                commands,
                new RbacAuthorizer(),
                ExplanationJson::explain,
                image -> UnreadableObjects.count(image, context.keys()),
                usages,
                parts);
    }

    /** What nodes and pods use, from the nodes themselves. */
    public static UsageSource usages(RoleContext context) {
        return NodeUsages.asking(context.image(), context.pki().identify(Identity.usageReader()));
    }

    private static PemFiles pem(ClusterPki pki, Identity identity) {
        return new PemFiles(pki.authority(), pki.certificate(identity), pki.key(identity));
    }

    /** All names by which clients may connect to the gateway. */
    private static List<String> names(ClusterSettings settings, List<String> hosts) {
        List<String> names = new ArrayList<>(List.of(
                "localhost",
                "127.0.0.1",
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc.cluster.local",
                settings.serviceAddress(1),
                settings.nodeAddress(1)));
        hosts.stream().filter(host -> !host.equals("0.0.0.0")).forEach(names::add);
        try {
            InetAddress self = InetAddress.getLocalHost();
            names.add(self.getHostName());
            names.add(self.getHostAddress());
        } catch (UnknownHostException e) {
            // A machine without a name is reached by its addresses.
        }
        return names.stream().distinct().toList();
    }
}
