package io.shiplog.node.pod.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.engine.ContainerRequest.Mount;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.reference.UnresolvedException;
import io.shiplog.node.volume.PodFolders;
import io.shiplog.node.volume.PodFolders.MountContext;
import io.shiplog.node.volume.PodFolders.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The mounts of a container: its volumes, the pod's name files, the termination message file. */
public final class MountRecipe {
    static final String HOSTS = "etc-hosts";
    static final String RESOLV_CONF = "resolv.conf";

    private final PodFolders folders;

    public MountRecipe(PodFolders folders) {
        this.folders = folders;
    }

    /**
     * @param env the container's environment, for {@code subPathExpr}
     * @param expansion expands it
     * @param how what the mounts have in common
     * @throws UnresolvedException if a mount names no volume, or leads out of one
     */
    public List<Mount> of(
            DesiredPod pod,
            DesiredContainer container,
            int attempt,
            Map<String, String> env,
            Expansion expansion,
            MountContext how)
            throws UnresolvedException {
        List<Mount> mounts = new ArrayList<>();
        for (JsonNode mount : container.tree().path("volumeMounts")) {
            PodFolders.MountSource source = source(pod, container, mount, env, expansion, how.with(reading(mount)));
            mounts.add(new Mount(
                    source.place(),
                    mount.path("mountPath").asText(),
                    source.readOnly() || mount.path("readOnly").asBoolean(false),
                    propagation(mount.path("mountPropagation").asText(""))));
        }
        Set<String> taken = mounts.stream().map(Mount::target).collect(Collectors.toSet());
        addOwn(mounts, taken, folders.path(pod.uid(), HOSTS).toString(), "/etc/hosts");
        addOwn(mounts, taken, folders.path(pod.uid(), RESOLV_CONF).toString(), "/etc/resolv.conf");
        String terminationMessage =
                container.tree().path("terminationMessagePath").asText("/dev/termination-log");
        addOwn(
                mounts,
                taken,
                folders.terminationMessage(pod.uid(), container.name(), attempt).toString(),
                terminationMessage);
        return mounts;
    }

    private PodFolders.MountSource source(
            DesiredPod pod,
            DesiredContainer container,
            JsonNode mount,
            Map<String, String> env,
            Expansion expansion,
            MountContext how)
            throws UnresolvedException {
        String name = mount.path("name").asText();
        String expression = mount.path("subPathExpr").asText("");
        String subPath = expression.isEmpty() ? mount.path("subPath").asText("") : expansion.of(expression, env);
        if (subPath.startsWith("/")) {
            throw new UnresolvedException("error SubPath `%s` must not be an absolute path".formatted(subPath));
        }
        if (List.of(subPath.split("/")).contains("..")) {
            throw new UnresolvedException("unable to provision SubPath `%s`: must not contain '..'".formatted(subPath));
        }
        try {
            return folders.mountSource(pod.tree(), name, subPath, how);
        } catch (UnresolvedException e) {
            throw new UnresolvedException(
                    subPath.isEmpty()
                            ? String.valueOf(e.getMessage())
                            : "failed to prepare subPath for volumeMount \"%s\" of container \"%s\": %s"
                                    .formatted(name, container.name(), e.getMessage()));
        }
    }

    private static Reading reading(JsonNode mount) {
        return switch (mount.path("recursiveReadOnly").asText("")) {
            case "Enabled" -> Reading.ALL_READ_ONLY;
            case "IfPossible" -> Reading.READ_ONLY_IF_POSSIBLE;
            default -> Reading.PLAIN;
        };
    }

    /** The pod's own mounts have precedence. */
    private static void addOwn(List<Mount> mounts, Set<String> taken, String source, String target) {
        if (!taken.contains(target)) {
            mounts.add(Mount.bind(source, target, false));
        }
    }

    private static String propagation(String word) {
        return switch (word) {
            case "HostToContainer" -> "rslave";
            case "Bidirectional" -> "rshared";
            default -> "rprivate";
        };
    }
}
