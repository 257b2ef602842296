package io.shiplog.node.pod.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.ContainerEngine.Image;
import io.shiplog.node.engine.ContainerEngine.RegistryLogin;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.image.ImageReference;
import io.shiplog.node.image.PulledImages;
import io.shiplog.node.image.RegistryLogins;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.port.PodEvents;
import io.shiplog.node.pod.port.TaskClock;
import io.shiplog.node.reference.Referred;
import io.shiplog.node.reference.UnresolvedException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes sure that the images of a container and its volumes are present, according to their pull policies.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/containers/images/#updating-images">Updating images</a>
 */
public final class Images {
    private final ContainerEngine engine;
    private final PulledImages pulled;
    private final PodEvents events;
    private final TaskClock clock;

    /** @param pulled where the images are recorded that were not on the machine before */
    public Images(ContainerEngine engine, PulledImages pulled, PodEvents events, TaskClock clock) {
        this.engine = engine;
        this.pulled = pulled;
        this.events = events;
        this.clock = clock;
    }

    /** The image is missing and cannot be pulled now. */
    public static final class NoImageException extends Exception {
        private static final long serialVersionUID = 1L;
        private final String reason;

        public NoImageException(String reason, String message) {
            super(message);
            this.reason = reason;
        }

        /** {@code ErrImagePull}, {@code ErrImageNeverPull}, {@code InvalidImageName}. */
        public String reason() {
            return reason;
        }
    }

    /**
     * An image that a pod needs.
     *
     * @param fieldPath of its container, for events; empty for that of a volume
     */
    private record Wanted(String reference, String policy, String fieldPath) {}

    /** Returns the image of a container, and pulls it if the policy requires that. Blocks during a pull. */
    public Image ensure(DesiredPod pod, DesiredContainer container, Referred referred) throws NoImageException {
        return ensure(pod, new Wanted(container.image(), container.pullPolicy(), container.fieldPath()), referred);
    }

    /**
     * The ids of the images that a container mounts, by the names of their volumes; pulls them if their policies require that.
     *
     * @see <a href="https://kubernetes.io/docs/tasks/configure-pod-container/image-volumes/">Use an image volume with a pod</a>
     */
    public Map<String, String> ensureVolumes(DesiredPod pod, DesiredContainer container, Referred referred)
            throws NoImageException {
        Map<String, String> ids = new HashMap<>();
        for (JsonNode volume : pod.spec().path("volumes")) {
            String name = volume.path("name").asText();
            if (volume.hasNonNull("image") && container.mounts(name)) {
                JsonNode source = volume.path("image");
                String reference = source.path("reference").asText();
                String policy =
                        DesiredContainer.pullPolicy(source.path("pullPolicy").asText(""), reference);
                ids.put(
                        name,
                        ensure(pod, new Wanted(reference, policy, ""), referred).id());
            }
        }
        return ids;
    }

    private Image ensure(DesiredPod pod, Wanted wanted, Referred referred) throws NoImageException {
        String reference = wanted.reference();
        Optional<ImageReference> name = ImageReference.parse(reference);
        if (name.isEmpty()) {
            String message =
                    "Failed to apply default image tag \"%s\": couldn't parse image name \"%s\": invalid reference format"
                            .formatted(reference, reference);
            events.record(pod, wanted.fieldPath(), PodEvents.Kind.WARNING, "InspectFailed", message);
            throw new NoImageException("InvalidImageName", message);
        }
        String policy = wanted.policy();
        Optional<Image> here = engine.image(reference);
        if (here.isPresent() && !policy.equals("Always")) {
            record(pod, wanted, "Pulled", "Container image \"%s\" already present on machine".formatted(reference));
            return here.get();
        }
        if (policy.equals("Never")) {
            String message = "Container image \"%s\" is not present with pull policy of Never".formatted(reference);
            events.record(pod, wanted.fieldPath(), PodEvents.Kind.WARNING, "ErrImageNeverPull", message);
            throw new NoImageException("ErrImageNeverPull", message);
        }
        Image image = pull(pod, wanted, logins(pod, name.get(), referred));
        if (here.isEmpty()) {
            pulled.add(reference);
        }
        return image;
    }

    private Image pull(DesiredPod pod, Wanted wanted, List<RegistryLogin> logins) throws NoImageException {
        String reference = wanted.reference();
        record(pod, wanted, "Pulling", "Pulling image \"%s\"".formatted(reference));
        Instant begin = clock.now();
        try {
            pull(reference, logins);
            Image image = engine.image(reference)
                    .orElseThrow(() ->
                            new EngineException(EngineException.Why.NO_IMAGE, "the image is missing after the pull"));
            Duration took = Duration.between(begin, clock.now());
            record(
                    pod,
                    wanted,
                    "Pulled",
                    "Successfully pulled image \"%s\" in %d.%03ds"
                            .formatted(reference, took.toSeconds(), took.toMillisPart()));
            return image;
        } catch (EngineException e) {
            String message = "Failed to pull image \"%s\": %s".formatted(reference, e.getMessage());
            events.record(pod, wanted.fieldPath(), PodEvents.Kind.WARNING, "Failed", message);
            events.record(pod, wanted.fieldPath(), PodEvents.Kind.WARNING, "Failed", "Error: ErrImagePull");
            throw new NoImageException("ErrImagePull", String.valueOf(e.getMessage()));
        }
    }

    private void record(DesiredPod pod, Wanted wanted, String reason, String message) {
        events.record(pod, wanted.fieldPath(), PodEvents.Kind.NORMAL, reason, message);
    }

    /** Tries one login after the other; anonymously if there is none. Fails with the message of each. */
    private void pull(String reference, List<RegistryLogin> logins) {
        if (logins.isEmpty()) {
            engine.pull(reference, null);
            return;
        }
        Set<String> refusals = new LinkedHashSet<>();
        for (RegistryLogin login : logins) {
            try {
                engine.pull(reference, login);
                return;
            } catch (EngineException e) {
                refusals.add(String.valueOf(e.getMessage()));
            }
        }
        throw new EngineException(
                EngineException.Why.REFUSED,
                refusals.size() == 1 ? refusals.iterator().next() : refusals.toString());
    }

    /** An unusable secret is skipped, as in the kubelet: the pull then reports what is missing. */
    private List<RegistryLogin> logins(DesiredPod pod, ImageReference image, Referred referred) {
        RegistryLogins logins = new RegistryLogins();
        List<String> missing = new ArrayList<>();
        for (JsonNode reference : pod.spec().path("imagePullSecrets")) {
            String name = reference.path("name").asText();
            try {
                Map<String, byte[]> secret = referred.secret(name, false);
                byte[] config = secret.get(".dockerconfigjson");
                byte[] older = secret.get(".dockercfg");
                if (config != null) {
                    logins.add(Json.MAPPER.readTree(config).path("auths"));
                } else if (older != null) {
                    logins.add(Json.MAPPER.readTree(older));
                }
            } catch (UnresolvedException | IOException | IllegalArgumentException e) {
                missing.add(name);
            }
        }
        if (!missing.isEmpty()) {
            events.record(
                    pod,
                    "",
                    PodEvents.Kind.WARNING,
                    "FailedToRetrieveImagePullSecret",
                    "Unable to retrieve some image pull secrets (%s); attempting to pull the image may not succeed."
                            .formatted(String.join(", ", missing)));
        }
        return logins.matching(image);
    }
}
