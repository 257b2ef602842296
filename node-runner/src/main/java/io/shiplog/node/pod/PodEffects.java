package io.shiplog.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.engine.ContainerEngine.Container;
import io.shiplog.node.engine.ContainerEngine.Image;
import io.shiplog.node.engine.ContainerRequest;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.engine.EngineException.Why;
import io.shiplog.node.net.PodNetwork.AttachFailedException;
import io.shiplog.node.net.PodNetwork.PodAddress;
import io.shiplog.node.path.Binds;
import io.shiplog.node.pod.admission.Unsupported;
import io.shiplog.node.pod.container.ContainerRecipe;
import io.shiplog.node.pod.container.ContainerRecipe.Confinement;
import io.shiplog.node.pod.container.Environment;
import io.shiplog.node.pod.container.Expansion;
import io.shiplog.node.pod.container.Images;
import io.shiplog.node.pod.container.MountRecipe;
import io.shiplog.node.pod.container.RuntimeHandler;
import io.shiplog.node.pod.container.SandboxRecipe;
import io.shiplog.node.pod.container.SeccompProfiles;
import io.shiplog.node.pod.container.ServiceVariables;
import io.shiplog.node.pod.desired.ContainerLimits;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.observed.BackOff;
import io.shiplog.node.pod.observed.ObservedPod;
import io.shiplog.node.pod.observed.ObservedPod.Ending;
import io.shiplog.node.pod.observed.ObservedPod.Trouble;
import io.shiplog.node.pod.observed.PodLabels;
import io.shiplog.node.pod.plan.PodStep;
import io.shiplog.node.pod.port.PodEvents;
import io.shiplog.node.pod.port.PodPorts;
import io.shiplog.node.pod.port.PodSettings;
import io.shiplog.node.probe.Answer;
import io.shiplog.node.probe.Prober.Purpose;
import io.shiplog.node.probe.Target;
import io.shiplog.node.reference.Referred;
import io.shiplog.node.reference.UnresolvedException;
import io.shiplog.node.volume.ImageFolders;
import io.shiplog.node.volume.PodFolders.MountContext;
import io.shiplog.node.volume.VolumeContents;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Executes the steps of plans. Each call blocks until its step is done and returns the outcome; nothing is stored here. */
final class PodEffects {
    /** How soon a missing ConfigMap or Secret is looked up again, without a change of it. */
    private static final Duration CONFIG_RETRY = Duration.ofSeconds(10);
    /** The timeout of a postStart hook. */
    private static final Duration POST_START_TIMEOUT = Duration.ofMinutes(10);

    private final PodPorts ports;
    private final PodSettings settings;
    private final Images images;
    private final SandboxRecipe sandboxes;
    private final MountRecipe mounts;

    PodEffects(PodPorts ports, PodSettings settings) {
        this.ports = ports;
        this.settings = settings;
        this.images = new Images(ports.engine(), ports.images().pulled(), ports.events(), ports.clock());
        this.sandboxes = new SandboxRecipe(ports, settings);
        this.mounts = new MountRecipe(ports.folders());
    }

    /** Executes a step. Failures worth a retry are outcomes; only bugs are thrown. */
    Outcome take(PodStep step, DesiredPod pod, ObservedPod seen) {
        try {
            return switch (step) {
                case PodStep.PrepareVolumes ignored -> prepareVolumes(pod, seen);
                case PodStep.StartSandbox start -> startSandbox(pod, start.attempt(), seen.sandboxTrouble());
                case PodStep.AttachNetwork attach -> attach(pod, attach.sandboxId(), seen.sandboxTrouble());
                case PodStep.StartContainer start -> startContainer(pod, start, seen);
                case PodStep.ResizeContainer resize -> resize(pod, resize, seen);
                case PodStep.RunPreStop hook -> preStop(pod, hook, seen);
                case PodStep.Terminate signal -> {
                    ports.engine().signal(signal.ending().containerId(), signal.signal());
                    yield new Outcome.EndingAdvanced(
                            signal.container(),
                            signal.ending().signalled(ports.clock().now()));
                }
                case PodStep.Kill kill -> {
                    ports.engine().signal(kill.ending().containerId(), "SIGKILL");
                    yield new Outcome.EndingAdvanced(
                            kill.container(), kill.ending().at(Ending.Stage.KILLED));
                }
                case PodStep.RemoveContainers remove -> remove(remove.ids());
                case PodStep.RemoveSandboxes remove -> removeSandboxes(pod, seen, remove.ids());
                case PodStep.Finish ignored -> finish(pod, seen);
                case PodStep.BeginEnding ignored -> throw new IllegalStateException("taken by the actor itself");
                case PodStep.GiveUp ignored -> throw new IllegalStateException("taken by the actor itself");
            };
        } catch (EngineException | UncheckedIOException e) {
            return new Outcome.TryAgain(String.valueOf(e.getMessage()));
        }
    }

    private Referred referred(DesiredPod pod) {
        return new Referred(pod.key().namespace(), ports.source()::get);
    }

    private Outcome prepareVolumes(DesiredPod pod, ObservedPod seen) {
        PodAddress address = seen.address();
        VolumeContents contents = new VolumeContents(
                pod.tree(),
                referred(pod),
                settings.place().with(address == null ? List.of() : address.ips()),
                (audience, seconds) -> ports.tokens().token(pod, audience, seconds));
        try {
            ports.folders()
                    .prepare(
                            pod.tree(),
                            contents,
                            (name, bytes) ->
                                    ports.engine().createMemoryVolume(name, bytes, sandboxes.volumeLabels(pod)));
            return new Outcome.VolumesPrepared(null);
        } catch (UnresolvedException e) {
            return notMounted(pod, seen, String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            return notMounted(pod, seen, "the pod's directory cannot be written: " + e.getCause());
        } catch (EngineException e) {
            if (e.why() == Why.UNREACHABLE) {
                throw e;
            }
            return notMounted(pod, seen, String.valueOf(e.getMessage()));
        }
    }

    private Outcome notMounted(DesiredPod pod, ObservedPod seen, String message) {
        warn(pod, "", "FailedMount", message);
        return new Outcome.VolumesPrepared(Trouble.afterMount(
                seen.volumes().trouble(), message, ports.clock().now()));
    }

    private Outcome startSandbox(DesiredPod pod, int attempt, @Nullable Trouble before) {
        String id = null;
        ports.starts().acquireUninterruptibly();
        try {
            id = recreate(sandboxes.request(pod, attempt));
            ports.engine().start(id);
            return attach(pod, id, before);
        } catch (EngineException | AttachFailedException | UnresolvedException e) {
            String message = "Failed to create pod sandbox: " + e.getMessage();
            warn(pod, "", "FailedCreatePodSandBox", message);
            Container made = id == null ? null : ports.engine().inspect(id).orElse(null);
            return new Outcome.SandboxFailed(
                    made,
                    Trouble.after(
                            before,
                            "FailedCreatePodSandBox",
                            message,
                            ports.clock().now()));
        } finally {
            ports.starts().release();
        }
    }

    private Outcome attach(DesiredPod pod, String sandboxId, @Nullable Trouble before) {
        Container sandbox = ports.engine().inspect(sandboxId).orElse(null);
        if (sandbox == null || !sandbox.running()) {
            return new Outcome.SandboxFailed(
                    sandbox,
                    Trouble.after(
                            before,
                            "FailedCreatePodSandBox",
                            "the sandbox ended",
                            ports.clock().now()));
        }
        try {
            PodAddress address = pod.hostNetwork()
                    ? new PodAddress(List.of(settings.place().hostIp()))
                    : ports.network().attach(sandboxes.handle(pod, sandbox));
            sandboxes.writeHosts(pod, address);
            return new Outcome.SandboxStarted(sandbox, address);
        } catch (AttachFailedException e) {
            String message = "Failed to create pod sandbox: " + e.getMessage();
            warn(pod, "", "FailedCreatePodSandBox", message);
            return new Outcome.SandboxFailed(
                    sandbox,
                    Trouble.after(
                            before,
                            "FailedCreatePodSandBox",
                            message,
                            ports.clock().now()));
        }
    }

    /** Creates a container; an existing one of the same name was left by a runner that died, and is removed. */
    private String recreate(ContainerRequest request) {
        try {
            return ports.engine().create(request);
        } catch (EngineException e) {
            if (e.why() != Why.NAME_TAKEN) {
                throw e;
            }
            ports.engine().remove(request.name());
            return ports.engine().create(request);
        }
    }

    private Outcome startContainer(DesiredPod pod, PodStep.StartContainer step, ObservedPod seen) {
        DesiredContainer container = step.container();
        Trouble before = seen.notes(container.name()).trouble();
        Container sandbox = seen.sandbox();
        PodAddress address = seen.address();
        if (sandbox == null || address == null) {
            return new Outcome.TryAgain("the sandbox is gone");
        }
        String id;
        try {
            Unsupported.refuse(pod, container);
            Image image = images.ensure(pod, container, referred(pod));
            Map<String, String> imageVolumes = images.ensureVolumes(pod, container, referred(pod));
            try (ImageFolders.Hold mounted = ports.images().folders().hold(imageVolumes)) {
                id = begin(pod, step, seen, new Begun(image, sandbox, address, mounted));
            }
        } catch (Images.NoImageException e) {
            return new Outcome.ContainerNotMade(
                    container.name(),
                    Trouble.after(
                            before,
                            e.reason(),
                            String.valueOf(e.getMessage()),
                            ports.clock().now()));
        } catch (UnresolvedException e) {
            warn(pod, container.fieldPath(), "Failed", "Error: " + e.getMessage());
            return new Outcome.ContainerNotMade(
                    container.name(),
                    Trouble.retryIn(
                            CONFIG_RETRY,
                            "CreateContainerConfigError",
                            String.valueOf(e.getMessage()),
                            ports.clock().now()));
        } catch (EngineException e) {
            return notStarted(pod, step, before, e);
        }
        record(pod, container.fieldPath(), "Started", "Started container " + container.name());
        return started(pod, container, id, address);
    }

    /**
     * What the start of a container needs.
     *
     * @param mounted the images that it mounts
     */
    private record Begun(Image image, Container sandbox, PodAddress address, ImageFolders.Hold mounted) {}

    private String begin(DesiredPod pod, PodStep.StartContainer step, ObservedPod seen, Begun with)
            throws UnresolvedException {
        DesiredContainer container = step.container();
        ports.starts().acquireUninterruptibly();
        // Closed after the start: the container then has its own mounts.
        try (Binds binds = ports.folders().binds(pod.uid(), container.name(), step.attempt())) {
            String id = recreate(request(pod, step, seen, with, binds));
            record(pod, container.fieldPath(), "Created", "Created container: " + container.name());
            ports.engine().start(id);
            return id;
        } finally {
            ports.starts().release();
        }
    }

    private Outcome notStarted(
            DesiredPod pod, PodStep.StartContainer step, @Nullable Trouble before, EngineException e) {
        if (e.why() == Why.UNREACHABLE) {
            return new Outcome.TryAgain(String.valueOf(e.getMessage()));
        }
        DesiredContainer container = step.container();
        warn(pod, container.fieldPath(), "Failed", "Error: " + e.getMessage());
        String name = PodLabels.containerName(pod.key(), pod.uid(), container.name(), step.attempt());
        Container made = ports.engine().inspect(name).orElse(null);
        return made != null && ObservedPod.over(made)
                ? new Outcome.ContainerFailed(container.name(), made)
                : new Outcome.ContainerNotMade(
                        container.name(),
                        Trouble.after(
                                before,
                                "CreateContainerError",
                                String.valueOf(e.getMessage()),
                                ports.clock().now()));
    }

    private ContainerRequest request(
            DesiredPod pod, PodStep.StartContainer step, ObservedPod seen, Begun with, Binds binds)
            throws UnresolvedException {
        DesiredContainer container = step.container();
        Map<String, String> services = new HashMap<>();
        if (pod.spec().path("enableServiceLinks").asBoolean(true)) {
            services.putAll(
                    ServiceVariables.of(ports.source().services(pod.key().namespace())));
        }
        services.putAll(ServiceVariables.of(ports.source().services("default").stream()
                .filter(service -> service.key().name().equals("kubernetes"))
                .toList()));
        Expansion expansion = new Expansion();
        Map<String, String> env = new Environment(
                        pod, referred(pod), settings.place().with(with.address().ips()), expansion)
                .of(container, services);
        Container dead = seen.newest(container.name());
        Map<String, String> labels = new HashMap<>(
                PodLabels.ofContainer(settings.nodeLabels(), pod.key(), pod.uid(), container.name(), step.attempt()));
        Duration next =
                dead == null || !ObservedPod.over(dead) ? Duration.ZERO : BackOff.following(BackOff.after(dead));
        labels.put(PodLabels.BACK_OFF, Long.toString(next.toSeconds()));
        // Also if it is empty: an unset label would be taken from the image.
        labels.put(PodLabels.IMAGE_DIGEST, with.image().digest());
        if (!with.mounted().label().isEmpty()) {
            labels.put(ImageFolders.LABEL, with.mounted().label());
        }
        Confinement confinement = new Confinement(
                RuntimeHandler.of(pod, ports.source()),
                SeccompProfiles.of(pod, container, ports.folders().seccompProfiles()));
        return new ContainerRecipe(pod, container, settings, expansion, confinement)
                .request(
                        PodLabels.containerName(pod.key(), pod.uid(), container.name(), step.attempt()),
                        with.image(),
                        with.sandbox().id(),
                        target(container, seen),
                        labels,
                        env,
                        mounts.of(
                                pod,
                                container,
                                step.attempt(),
                                env,
                                expansion,
                                new MountContext(binds, with.mounted())));
    }

    /** The container whose processes an ephemeral one sees. */
    private static String target(DesiredContainer container, ObservedPod seen) throws UnresolvedException {
        String name = container.tree().path("targetContainerName").asText("");
        Container target = name.isEmpty() ? null : seen.newest(name);
        if (!name.isEmpty() && (target == null || !target.running())) {
            throw new UnresolvedException("unable to find target container \"%s\"".formatted(name));
        }
        return target == null ? "" : target.id();
    }

    private Outcome resize(DesiredPod pod, PodStep.ResizeContainer step, ObservedPod seen) {
        DesiredContainer container = step.container();
        try {
            ports.engine().update(step.containerId(), ContainerLimits.of(container));
            return new Outcome.Resized(container.name(), step.containerId(), null);
        } catch (EngineException e) {
            if (e.why() == Why.UNREACHABLE) {
                throw e;
            }
            return new Outcome.Resized(
                    container.name(),
                    step.containerId(),
                    Trouble.after(
                            seen.notes(container.name()).resize(),
                            "Error",
                            "failed to resize container \"%s\" of pod %s: %s"
                                    .formatted(container.name(), pod.display(), e.getMessage()),
                            ports.clock().now()));
        }
    }

    private Outcome started(DesiredPod pod, DesiredContainer container, String id, PodAddress address) {
        JsonNode hook = container.tree().path("lifecycle").path("postStart");
        String failure = "";
        if (hook.isObject()) {
            Answer answer = ports.asker()
                    .ask(
                            new Target(id, address.ips().getFirst(), container.tree()),
                            hook,
                            Purpose.HOOK,
                            POST_START_TIMEOUT);
            if (!answer.success()) {
                failure = "FailedPostStartHook";
                warn(pod, container.fieldPath(), "FailedPostStartHook", "PostStartHook failed: " + answer.message());
            }
        }
        Container running = ports.engine()
                .inspect(id)
                .orElseThrow(() -> new EngineException(Why.GONE, "container " + id + " vanished after its start"));
        return failure.isEmpty()
                ? new Outcome.ContainerStarted(container.name(), running)
                : new Outcome.Hooked(container.name(), running, failure);
    }

    private Outcome preStop(DesiredPod pod, PodStep.RunPreStop step, ObservedPod seen) {
        PodAddress address = seen.address();
        Duration left = Duration.between(ports.clock().now(), step.ending().deadline());
        Answer answer = ports.asker()
                .ask(
                        new Target(
                                step.ending().containerId(),
                                address == null ? "" : address.ips().getFirst(),
                                step.container().tree()),
                        step.container().tree().path("lifecycle").path("preStop"),
                        Purpose.HOOK,
                        left.isNegative() ? Duration.ZERO : left);
        if (!answer.success()) {
            warn(pod, step.container().fieldPath(), "FailedPreStopHook", "PreStopHook failed: " + answer.message());
        }
        return new Outcome.EndingAdvanced(step.container().name(), step.ending().at(Ending.Stage.PRE_STOP_DONE));
    }

    private Outcome remove(List<String> ids) {
        ids.forEach(ports.engine()::remove);
        return new Outcome.Removed(ids);
    }

    private Outcome removeSandboxes(DesiredPod pod, ObservedPod seen, List<String> ids) {
        for (Container sandbox : seen.sandboxes()) {
            if (ids.contains(sandbox.id())) {
                if (!pod.hostNetwork()) {
                    ports.network().detach(sandboxes.handle(pod, sandbox));
                }
                ports.engine().remove(sandbox.id());
            }
        }
        return new Outcome.Removed(ids);
    }

    private Outcome finish(DesiredPod pod, ObservedPod seen) {
        removeSandboxes(pod, seen, seen.sandboxes().stream().map(Container::id).toList());
        // Listed again and not taken from memory: nothing of the pod may stay, known or not.
        List<Container> left = ports.engine().list(sandboxes.volumeLabels(pod));
        left.forEach(container -> ports.engine().remove(container.id()));
        ports.engine().removeVolumes(sandboxes.volumeLabels(pod));
        ports.folders().remove(pod.uid());
        if (left.stream()
                .anyMatch(container -> !container.label(ImageFolders.LABEL).isEmpty())) {
            ports.images().folders().collect();
        }
        return new Outcome.Finished();
    }

    private void record(DesiredPod pod, String fieldPath, String reason, String message) {
        ports.events().record(pod, fieldPath, PodEvents.Kind.NORMAL, reason, message);
    }

    private void warn(DesiredPod pod, String fieldPath, String reason, String message) {
        ports.events().record(pod, fieldPath, PodEvents.Kind.WARNING, reason, message);
    }
}
