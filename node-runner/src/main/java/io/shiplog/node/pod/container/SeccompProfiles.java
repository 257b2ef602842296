package io.shiplog.node.pod.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.engine.EngineException.Why;
import io.shiplog.node.path.OpenPath;
import io.shiplog.node.path.OpenPath.Links;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Seccomp profiles of the node: files in its directory {@code seccomp}, by their path in it.
 *
 * @see <a href="https://kubernetes.io/docs/tutorials/security/seccomp/">Restrict a container's syscalls with seccomp</a>
 */
public final class SeccompProfiles {
    private static final int MAX_BYTES = 1 << 20;

    private SeccompProfiles() {}

    /**
     * The text of the profile of type {@code Localhost} that a container has, or its pod for it; empty if there is none. A privileged
     * container has none.
     *
     * @param root the directory of the profiles
     * @throws EngineException REFUSED if the profile is missing, too large, or not below the directory; the message is that of
     *     CreateContainerError
     */
    public static String of(DesiredPod pod, DesiredContainer container, Path root) {
        JsonNode own = container.tree().path("securityContext");
        JsonNode profile = own.hasNonNull("seccompProfile")
                ? own.path("seccompProfile")
                : pod.spec().path("securityContext").path("seccompProfile");
        if (own.path("privileged").asBoolean(false)
                || !profile.path("type").asText("").equals("Localhost")) {
            return "";
        }
        return read(root, profile.path("localhostProfile").asText(""));
    }

    private static String read(Path root, String name) {
        try (OpenPath folder = OpenPath.of(root.toString());
                OpenPath file = folder.below(name, Links.BENEATH)) {
            byte[] text = file.end(MAX_BYTES + 1);
            if (text.length > MAX_BYTES) {
                throw new IOException("it has more than %d bytes".formatted(MAX_BYTES));
            }
            return new String(text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new EngineException(
                    Why.REFUSED,
                    "cannot load seccomp profile \"%s\": %s".formatted(root.resolve(name), e.getMessage()),
                    e);
        }
    }
}
