package io.shiplog.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.engine.ContainerRequest.Mount;
import io.shiplog.node.reference.UnresolvedException;
import io.shiplog.node.volume.PodFolders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What is mounted into a container: its volumes, the pod's name files, a file for its last words. */
final class MountRecipe {
    static final String HOSTS = "etc-hosts";
    static final String RESOLV_CONF = "resolv.conf";

    private final PodFolders folders;

    MountRecipe(PodFolders folders) {
        this.folders = folders;
    }

    /**
     * @param env the container's environment, for {@code subPathExpr}
     * @throws UnresolvedException if a mount names no volume, or leads out of one
     */
    List<Mount> of(DesiredPod pod, DesiredContainer container, int attempt, Map<String, String> env)
            throws UnresolvedException {
        List<Mount> mounts = new ArrayList<>();
        for (JsonNode mount : container.tree().path("volumeMounts")) {
            String expression = mount.path("subPathExpr").asText("");
            String subPath =
                    expression.isEmpty() ? mount.path("subPath").asText("") : Environment.expand(expression, env);
            PodFolders.MountSource source =
                    folders.mountSource(pod.tree(), mount.path("name").asText(), subPath);
            mounts.add(new Mount(
                    source.place(),
                    mount.path("mountPath").asText(),
                    source.readOnly() || mount.path("readOnly").asBoolean(false),
                    propagation(mount.path("mountPropagation").asText(""))));
        }
        Set<String> taken = mounts.stream().map(Mount::target).collect(Collectors.toSet());
        addOwn(mounts, taken, folders.path(pod.uid(), HOSTS).toString(), "/etc/hosts");
        addOwn(mounts, taken, folders.path(pod.uid(), RESOLV_CONF).toString(), "/etc/resolv.conf");
        String lastWords = container.tree().path("terminationMessagePath").asText("/dev/termination-log");
        addOwn(
                mounts,
                taken,
                folders.lastWords(pod.uid(), container.name(), attempt).toString(),
                lastWords);
        return mounts;
    }

    /** What the pod itself mounts at a place wins. */
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
