package io.shiplog.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import io.shiplog.node.engine.ContainerEngine;
import io.shiplog.node.engine.ContainerEngine.Image;
import io.shiplog.node.engine.ContainerEngine.RegistryLogin;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.reference.Referred;
import io.shiplog.node.reference.UnresolvedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that a container's image is here, as its pull policy says.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/containers/images/#updating-images">Updating images</a>
 */
final class Images {
    private static final Pattern REFERENCE = Pattern.compile(
            "[a-zA-Z0-9.\\-]*(:[0-9]+)?/?[a-z0-9]+([._\\-/]+[a-z0-9]+)*(:[\\w][\\w.\\-]{0,127})?(@[a-z0-9]+:[a-fA-F0-9]{32,})?");

    private final ContainerEngine engine;
    private final PodEvents events;
    private final TaskClock clock;

    Images(ContainerEngine engine, PodEvents events, TaskClock clock) {
        this.engine = engine;
        this.events = events;
        this.clock = clock;
    }

    /** The image is not here and cannot be had now. */
    static final class NoImageException extends Exception {
        private static final long serialVersionUID = 1L;
        private final String reason;

        NoImageException(String reason, String message) {
            super(message);
            this.reason = reason;
        }

        /** {@code ErrImagePull}, {@code ErrImageNeverPull}, {@code InvalidImageName}. */
        String reason() {
            return reason;
        }
    }

    /** Gives the image, fetching it if the policy asks for that. May take as long as a pull takes. */
    Image ensure(DesiredPod pod, DesiredContainer container, Referred referred) throws NoImageException {
        String reference = container.image();
        if (!REFERENCE.matcher(reference).matches()) {
            String message =
                    "Failed to apply default image tag \"%s\": couldn't parse image name \"%s\": invalid reference format"
                            .formatted(reference, reference);
            events.record(pod, container.fieldPath(), PodEvents.Kind.WARNING, "InspectFailed", message);
            throw new NoImageException("InvalidImageName", message);
        }
        String policy = container.pullPolicy();
        Optional<Image> here = engine.image(reference);
        if (here.isPresent() && !policy.equals("Always")) {
            tell(pod, container, "Pulled", "Container image \"%s\" already present on machine".formatted(reference));
            return here.get();
        }
        if (policy.equals("Never")) {
            String message = "Container image \"%s\" is not present with pull policy of Never".formatted(reference);
            events.record(pod, container.fieldPath(), PodEvents.Kind.WARNING, "ErrImageNeverPull", message);
            throw new NoImageException("ErrImageNeverPull", message);
        }
        return pull(pod, container, reference, referred);
    }

    private Image pull(DesiredPod pod, DesiredContainer container, String reference, Referred referred)
            throws NoImageException {
        tell(pod, container, "Pulling", "Pulling image \"%s\"".formatted(reference));
        Instant begin = clock.now();
        try {
            engine.pull(reference, login(pod, reference, referred));
            Image image = engine.image(reference)
                    .orElseThrow(() ->
                            new EngineException(EngineException.Why.NO_IMAGE, "the image is not there after its pull"));
            Duration took = Duration.between(begin, clock.now());
            tell(
                    pod,
                    container,
                    "Pulled",
                    "Successfully pulled image \"%s\" in %d.%03ds"
                            .formatted(reference, took.toSeconds(), took.toMillisPart()));
            return image;
        } catch (EngineException e) {
            String message = "Failed to pull image \"%s\": %s".formatted(reference, e.getMessage());
            events.record(pod, container.fieldPath(), PodEvents.Kind.WARNING, "Failed", message);
            events.record(pod, container.fieldPath(), PodEvents.Kind.WARNING, "Failed", "Error: ErrImagePull");
            throw new NoImageException("ErrImagePull", String.valueOf(e.getMessage()));
        }
    }

    private void tell(DesiredPod pod, DesiredContainer container, String reason, String message) {
        events.record(pod, container.fieldPath(), PodEvents.Kind.NORMAL, reason, message);
    }

    private static @Nullable RegistryLogin login(DesiredPod pod, String reference, Referred referred) {
        String registry = registry(reference);
        for (JsonNode secret : pod.spec().path("imagePullSecrets")) {
            try {
                Map<String, byte[]> data = referred.secret(secret.path("name").asText(), true);
                byte[] config = data.get(".dockerconfigjson");
                byte[] older = data.get(".dockercfg");
                if (config != null || older != null) {
                    JsonNode auths =
                            config != null ? Json.MAPPER.readTree(config).path("auths") : Json.MAPPER.readTree(older);
                    RegistryLogin login = login(auths, registry);
                    if (login != null) {
                        return login;
                    }
                }
            } catch (UnresolvedException | IOException e) {
                // As the kubelet: a secret that cannot be used is passed over, the pull then says what is missing.
                continue;
            }
        }
        return null;
    }

    private static @Nullable RegistryLogin login(JsonNode auths, String registry) {
        for (Map.Entry<String, JsonNode> entry : auths.properties()) {
            if (!host(entry.getKey()).equals(registry)) {
                continue;
            }
            JsonNode auth = entry.getValue();
            String user = auth.path("username").asText("");
            String password = auth.path("password").asText("");
            if (user.isEmpty() && auth.hasNonNull("auth")) {
                String both = new String(
                        Base64.getMimeDecoder().decode(auth.path("auth").asText()), StandardCharsets.UTF_8);
                int colon = both.indexOf(':');
                user = colon < 0 ? both : both.substring(0, colon);
                password = colon < 0 ? "" : both.substring(colon + 1);
            }
            return new RegistryLogin(
                    entry.getKey(), user, password, auth.path("identitytoken").asText(""));
        }
        return null;
    }

    /** The registry that an image reference names; Docker Hub where it names none. */
    static String registry(String reference) {
        int slash = reference.indexOf('/');
        String first = slash < 0 ? "" : reference.substring(0, slash);
        return first.contains(".") || first.contains(":") || first.equals("localhost") ? first : "docker.io";
    }

    private static String host(String server) {
        String host = server.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
        return host.equals("index.docker.io") || host.equals("registry-1.docker.io") ? "docker.io" : host;
    }
}
