package io.shiplog.node.pod.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.kind.Quantity;
import io.shiplog.events.placement.QualityOfService;
import io.shiplog.node.engine.ContainerEngine.Image;
import io.shiplog.node.engine.ContainerRequest;
import io.shiplog.node.engine.ContainerRequest.Limits;
import io.shiplog.node.engine.ContainerRequest.Mount;
import io.shiplog.node.engine.ContainerRequest.Namespaces;
import io.shiplog.node.engine.ContainerRequest.Security;
import io.shiplog.node.pod.desired.ContainerLimits;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.port.PodSettings;
import io.shiplog.node.reference.UnresolvedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The engine's specification for one container of a pod. Pure. */
public final class ContainerRecipe {
    /** Kubernetes' scale of OOM scores: 2 for containers that requested nearly all memory, 999 for nearly none. */
    private static final int BEST_EFFORT_OOM_ADJ = 1000;

    private final DesiredPod pod;
    private final DesiredContainer container;
    private final PodSettings settings;
    private final Expansion expansion;
    private final Confinement confinement;

    /**
     * What the container is run by and confined with.
     *
     * @param runtime the engine's runtime; empty for its default
     * @param seccomp the text of its own seccomp profile; empty for the engine's
     */
    public record Confinement(String runtime, String seccomp) {}

    public ContainerRecipe(
            DesiredPod pod,
            DesiredContainer container,
            PodSettings settings,
            Expansion expansion,
            Confinement confinement) {
        this.pod = pod;
        this.container = container;
        this.settings = settings;
        this.expansion = expansion;
        this.confinement = confinement;
    }

    /**
     * @param sandboxId the sandbox whose namespaces it joins
     * @param targetId the container whose process namespace it joins instead; empty for none
     * @param labels its labels
     * @throws UnresolvedException if the container cannot be created; the message is that of CreateContainerConfigError
     */
    public ContainerRequest request(
            String name,
            Image image,
            String sandboxId,
            String targetId,
            Map<String, String> labels,
            Map<String, String> env,
            List<Mount> mounts)
            throws UnresolvedException {
        List<String> command = expanded("command", env);
        List<String> args = expanded("args", env);
        String joined = "container:" + sandboxId;
        boolean hostNetwork = pod.hostNetwork();
        return new ContainerRequest(
                name,
                container.image(),
                container.tree().path("command").isEmpty() ? null : command,
                container.tree().path("args").isEmpty() ? null : args,
                env.entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue())
                        .toList(),
                container.tree().path("workingDir").asText(""),
                labels,
                mounts,
                new Namespaces(
                        hostNetwork ? "host" : joined,
                        pod.spec().path("hostIPC").asBoolean(false) ? "host" : joined,
                        processes(joined, targetId)),
                "",
                List.of(),
                limits(),
                security(),
                user(image),
                groups(),
                container.tree().path("stdin").asBoolean(false),
                container.tree().path("stdinOnce").asBoolean(false),
                container.tree().path("tty").asBoolean(false));
    }

    private String processes(String sandbox, String targetId) {
        if (pod.spec().path("hostPID").asBoolean(false)) {
            return "host";
        }
        if (pod.spec().path("shareProcessNamespace").asBoolean(false)) {
            return sandbox;
        }
        return targetId.isEmpty() ? "" : "container:" + targetId;
    }

    private List<String> expanded(String field, Map<String, String> env) throws UnresolvedException {
        List<String> expanded = new ArrayList<>();
        for (String text : container.strings(field)) {
            expanded.add(expansion.of(text, env));
        }
        return expanded;
    }

    /** The value of a security setting: the container's own, else the pod's; missing if neither is set. */
    private JsonNode secured(String field) {
        JsonNode own = container.tree().path("securityContext").path(field);
        return own.isMissingNode() || own.isNull()
                ? pod.spec().path("securityContext").path(field)
                : own;
    }

    private String user(Image image) throws UnresolvedException {
        JsonNode user = secured("runAsUser");
        JsonNode group = secured("runAsGroup");
        if (secured("runAsNonRoot").asBoolean(false)) {
            refuseRoot(user, image);
        }
        if (!user.isNumber() && !group.isNumber()) {
            return "";
        }
        String imageUser = image.user().isEmpty() ? "0" : image.user().replaceFirst(":.*$", "");
        return (user.isNumber() ? user.asText() : imageUser) + (group.isNumber() ? ":" + group.asText() : "");
    }

    private void refuseRoot(JsonNode user, Image image) throws UnresolvedException {
        String where = " (pod: \"%s\", container: %s)".formatted(pod.display(), container.name());
        if (user.isNumber()) {
            if (user.asLong() == 0) {
                throw new UnresolvedException("container's runAsUser breaks non-root policy" + where);
            }
            return;
        }
        String imageUser = image.user().replaceFirst(":.*$", "");
        if (imageUser.matches("0*")) {
            throw new UnresolvedException("container has runAsNonRoot and image will run as root" + where);
        }
        if (!imageUser.matches("[0-9]+")) {
            throw new UnresolvedException(
                    "container has runAsNonRoot and image has non-numeric user (%s), cannot verify user is non-root"
                                    .formatted(imageUser)
                            + where);
        }
    }

    private List<String> groups() {
        List<String> groups = new ArrayList<>();
        JsonNode context = pod.spec().path("securityContext");
        if (context.path("fsGroup").isNumber()) {
            groups.add(context.path("fsGroup").asText());
        }
        context.path("supplementalGroups").forEach(group -> groups.add(group.asText()));
        return groups;
    }

    private Security security() {
        JsonNode own = container.tree().path("securityContext");
        List<String> options = new ArrayList<>();
        if (own.has("allowPrivilegeEscalation")
                && !own.path("allowPrivilegeEscalation").asBoolean(true)) {
            options.add("no-new-privileges");
        }
        if (!confinement.seccomp().isEmpty()) {
            options.add("seccomp=" + confinement.seccomp());
        } else if (secured("seccompProfile").path("type").asText("").equals("Unconfined")) {
            options.add("seccomp=unconfined");
        }
        if (secured("appArmorProfile").path("type").asText("").equals("Unconfined")) {
            options.add("apparmor=unconfined");
        }
        secured("seLinuxOptions").properties().stream()
                .filter(option -> !option.getValue().asText().isEmpty())
                .forEach(option -> options.add(
                        "label=" + option.getKey() + ":" + option.getValue().asText()));
        return new Security(
                own.path("privileged").asBoolean(false),
                own.path("readOnlyRootFilesystem").asBoolean(false),
                strings(own.path("capabilities").path("add")),
                strings(own.path("capabilities").path("drop")),
                options,
                Map.of(),
                confinement.runtime());
    }

    private Limits limits() {
        JsonNode resources = container.tree().path("resources");
        @Nullable Quantity memoryLimit = quantity(resources.path("limits").path("memory"));
        return ContainerLimits.of(container)
                .withOomScoreAdj(oomScoreAdj(quantity(resources.path("requests").path("memory")), memoryLimit));
    }

    /** Guaranteed pods would have a negative score, which many machines do not allow: they get 0. */
    private int oomScoreAdj(@Nullable Quantity request, @Nullable Quantity limit) {
        @Nullable Quantity asked = request == null ? limit : request;
        if (asked == null) {
            return BEST_EFFORT_OOM_ADJ;
        }
        if (QualityOfService.of(pod.tree().path("spec")).equals(QualityOfService.GUARANTEED)) {
            return 0;
        }
        long capacity = Math.max(1, settings.place().memoryBytes());
        long score = 1000 - 1000 * asked.longValue() / capacity;
        return (int) Math.max(2, Math.min(score, BEST_EFFORT_OOM_ADJ - 1));
    }

    private static @Nullable Quantity quantity(JsonNode node) {
        return node.isMissingNode() || node.isNull() ? null : Quantity.parseOrNull(node.asText());
    }

    private static List<String> strings(JsonNode list) {
        List<String> strings = new ArrayList<>();
        list.forEach(value -> strings.add(value.asText()));
        return strings;
    }
}
