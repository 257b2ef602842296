package io.shiplog.command.control;

import io.shiplog.command.bootstrap.Bootstrap;
import io.shiplog.command.control.account.NamespaceContent;
import io.shiplog.command.control.account.TokenSecrets;
import io.shiplog.command.control.autoscale.HorizontalScaling;
import io.shiplog.command.control.balancer.BalancerRange;
import io.shiplog.command.control.balancer.NodeBalancer;
import io.shiplog.command.control.certificates.CertificateApproval;
import io.shiplog.command.control.certificates.CertificateCleaning;
import io.shiplog.command.control.certificates.CertificateSigning;
import io.shiplog.command.control.daemon.DaemonSetController;
import io.shiplog.command.control.deployment.DeploymentController;
import io.shiplog.command.control.disruption.DisruptionController;
import io.shiplog.command.control.endpoints.EndpointsController;
import io.shiplog.command.control.endpoints.MirroringController;
import io.shiplog.command.control.flow.FlowSchemaStatus;
import io.shiplog.command.control.garbage.EventTtlController;
import io.shiplog.command.control.garbage.GarbageCollector;
import io.shiplog.command.control.garbage.PodGarbageCollector;
import io.shiplog.command.control.job.CronJobController;
import io.shiplog.command.control.job.JobController;
import io.shiplog.command.control.job.TtlAfterFinished;
import io.shiplog.command.control.loop.Backoff;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.ControllerLoop;
import io.shiplog.command.control.loop.EventSender;
import io.shiplog.command.control.loop.LoopThread;
import io.shiplog.command.control.loop.QueueMeter;
import io.shiplog.command.control.namespace.NamespaceDeletion;
import io.shiplog.command.control.node.NodeAddresses;
import io.shiplog.command.control.node.NodeLifecycle;
import io.shiplog.command.control.node.NodeTtl;
import io.shiplog.command.control.node.TaintEviction;
import io.shiplog.command.control.quota.QuotaStatus;
import io.shiplog.command.control.ranges.ServiceCidrController;
import io.shiplog.command.control.replicas.ReplicaController;
import io.shiplog.command.control.stateful.StatefulSetController;
import io.shiplog.command.control.volume.ClaimBinder;
import io.shiplog.command.control.volume.EphemeralVolumes;
import io.shiplog.command.control.volume.InUseProtection;
import io.shiplog.command.control.volume.NodeLocalVolumes;
import io.shiplog.command.schedule.Scheduler;
import io.shiplog.command.schedule.SchedulingMeter;
import io.shiplog.command.token.TokenSigner;
import io.shiplog.events.command.CommandPort;
import io.shiplog.events.metrics.PrometheusText;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.usage.UsageSource;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Runs all process managers of a cluster: controllers on one thread, the scheduler on another. */
public final class Controllers implements AutoCloseable {
    private final LoopThread controllers;
    private final LoopThread scheduler;
    private final UsagePolling usages;
    private final List<QueueMeter> queues;
    private final SchedulingMeter scheduling;

    private Controllers(
            LoopThread controllers,
            LoopThread scheduler,
            UsagePolling usages,
            List<QueueMeter> queues,
            SchedulingMeter scheduling) {
        this.controllers = controllers;
        this.scheduler = scheduler;
        this.usages = usages;
        this.queues = List.copyOf(queues);
        this.scheduling = scheduling;
    }

    /**
     * Starts them. They work while {@link ControllersConfig#active} returns true, and may be started in several processes.
     *
     * @param images the process's image and its changes
     * @param port the destination of commands
     * @param usages what pods use, for autoscalers
     */
    public static Controllers start(
            ImageSource images, CommandPort port, Clock clock, UsageSource usages, ControllersConfig config) {
        EventSender events = new EventSender(port, clock);
        LoopThread controllers = new LoopThread("controllers", clock, config.active());
        List<ControllerLoop> loops = all(config, usages).stream()
                .map(each -> new ControllerLoop(
                        each, controllers::image, port, events, config.shardOf(), controllers, clock, Backoff.DEFAULT))
                .toList();
        controllers.start(images, loops);
        LoopThread scheduling = new LoopThread("scheduler", clock, config.active());
        Scheduler scheduler = new Scheduler(scheduling::image, port, events, scheduling, clock);
        scheduling.start(images, List.of(scheduler));
        return new Controllers(
                controllers,
                scheduling,
                UsagePolling.start(images, usages, config.active()),
                loops.stream().map(ControllerLoop::meter).toList(),
                scheduler.meter());
    }

    /** Writes what queues and scheduler did, under Kubernetes' names. Thread-safe. */
    public void write(PrometheusText text) {
        QueueMeter.write(text, queues);
        scheduling.write(text);
    }

    /** Every controller of a cluster. To add one, see {@code docs/recipes/add-a-controller.md}. */
    static List<Controller> all(ControllersConfig config, UsageSource usages) {
        List<Controller> all = new ArrayList<>(List.of(
                new Bootstrap(config.bootstrap()),
                NamespaceContent.serviceAccounts(),
                NamespaceContent.rootCa(config.authority().pem()),
                new TokenSecrets(
                        new TokenSigner(config.tokens()), config.authority().pem()),
                ReplicaController.ofReplicaSets(),
                ReplicaController.ofReplicationControllers(),
                new DeploymentController(),
                new DaemonSetController(),
                new StatefulSetController(),
                new JobController(),
                new CronJobController(),
                new TtlAfterFinished(),
                new DisruptionController(),
                new HorizontalScaling(usages),
                new EndpointsController(),
                new MirroringController(),
                new NodeBalancer(config.networks().balancers().map(BalancerRange::of)),
                new NamespaceDeletion(),
                new GarbageCollector(),
                new PodGarbageCollector(),
                new NodeAddresses(config.networks().pods()),
                new NodeLifecycle(config.nodeMonitorGrace()),
                new NodeTtl(),
                new TaintEviction(),
                new EphemeralVolumes(),
                new ClaimBinder(),
                new NodeLocalVolumes(),
                InUseProtection.ofClaims(),
                InUseProtection.ofVolumes(),
                InUseProtection.ofAttributesClasses(),
                new QuotaStatus(),
                new FlowSchemaStatus(),
                new ServiceCidrController(),
                new CertificateApproval(),
                new CertificateSigning(config.authority()),
                new CertificateCleaning()));
        config.eventTtl().map(EventTtlController::new).ifPresent(all::add);
        return all;
    }

    @Override
    public void close() {
        usages.close();
        scheduler.close();
        controllers.close();
    }
}
