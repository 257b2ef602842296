package io.shiplog.command.kind.core.pod;

import static io.shiplog.command.kind.tree.Trees.objects;
import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The admission plugin PodSecurity: a namespace's label says which pods it takes. The newest version of each standard applies.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/security/pod-security-standards/">Pod Security Standards</a>
 * @see <a href="https://kubernetes.io/docs/concepts/security/pod-security-admission/">Pod Security Admission</a>
 */
public final class PodSecurity {
    private static final String ENFORCE = "pod-security.kubernetes.io/enforce";
    private static final String AUDIT = "pod-security.kubernetes.io/audit";
    private static final String WARN = "pod-security.kubernetes.io/warn";
    private static final String PRIVILEGED = "privileged";
    private static final String BASELINE = "baseline";
    private static final String RESTRICTED = "restricted";
    private static final List<String> LEVELS = List.of(PRIVILEGED, BASELINE, RESTRICTED);
    private static final Pattern VERSION = Pattern.compile("v1\\.(0|[1-9][0-9]{0,8})");
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final ResourceType NAMESPACES = ResourceType.core("namespaces");

    /** Maximum pods that are judged when their namespace becomes stricter, as in Kubernetes. */
    private static final int MAX_PODS = 3_000;

    private static final Set<String> DEFAULT_CAPABILITIES = Set.of(
            "AUDIT_WRITE",
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "MKNOD",
            "NET_BIND_SERVICE",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT");

    private static final Set<String> SAFE_SYSCTLS = Set.of(
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.ip_local_reserved_ports",
            "net.ipv4.ip_unprivileged_port_start",
            "net.ipv4.ping_group_range",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes",
            "net.ipv4.tcp_keepalive_time",
            "net.ipv4.tcp_rmem",
            "net.ipv4.tcp_syncookies",
            "net.ipv4.tcp_wmem");

    private static final Set<String> SELINUX_TYPES =
            Set.of("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t");

    private static final Set<String> RESTRICTED_VOLUMES = Set.of(
            "name",
            "configMap",
            "csi",
            "downwardAPI",
            "emptyDir",
            "ephemeral",
            "persistentVolumeClaim",
            "projected",
            "secret");

    private static final List<String> HANDLERS = List.of("livenessProbe", "readinessProbe", "startupProbe");

    private final JsonNode pod;
    private final JsonNode spec;
    private final List<ObjectNode> containers;
    private final List<String> violations = new ArrayList<>();

    private PodSecurity(JsonNode pod) {
        this.pod = pod;
        this.spec = pod.path("spec");
        this.containers = objects(spec, "initContainers", "containers", "ephemeralContainers");
    }

    /** Refuses a pod that its namespace does not take. */
    static @Nullable Refusal admit(ObjectNode pod, ObjectKey key, DecidedState state) {
        Level enforced = Level.of(namespace(key, state), ENFORCE);
        String why = enforced.violations(pod);
        return why.isEmpty()
                ? null
                : Refusal.forbidden(key, "violates PodSecurity \"%s\": %s".formatted(enforced, why));
    }

    /**
     * Whether a change of a pod is judged: its images, ephemeral containers or security change. Its resources do not matter.
     *
     * @see <a href="https://github.com/kubernetes/pod-security-admission/blob/master/admission/admission.go">isSignificantPodUpdate</a>
     */
    static boolean matters(JsonNode pod, JsonNode old) {
        return !significant(pod).equals(significant(old));
    }

    private static List<List<JsonNode>> significant(JsonNode pod) {
        return objects(pod.path("spec"), "initContainers", "containers", "ephemeralContainers").stream()
                .map(container ->
                        List.of(container.path("name"), container.path("image"), container.path("securityContext")))
                .toList();
    }

    /**
     * Warns of a pod, or of the pods of a template, that the namespace's level for warnings does not allow. A changed pod is
     * judged when its containers' images or its security change, which are all that may.
     *
     * @param old null for a new object
     */
    public static List<String> warnings(
            ObjectKey key, ObjectNode object, @Nullable ObjectNode old, DecidedState state) {
        if (key.type().equals(NAMESPACES)) {
            return old == null ? List.of() : warningsOfNamespace(object, old, state);
        }
        JsonNode pod = podOf(key.type(), object);
        boolean unchanged =
                old != null && key.type().equals(PODS) && pod.path("spec").equals(old.path("spec"));
        if (pod.isMissingNode() || unchanged) {
            return List.of();
        }
        Level warned = Level.ofWarnings(namespace(key, state));
        String why = warned.violations(pod);
        return why.isEmpty() ? List.of() : List.of("would violate PodSecurity \"%s\": %s".formatted(warned, why));
    }

    /**
     * Warns of the pods that a stricter level of their namespace would not allow; they stay. Pods with the same violations share
     * a warning.
     */
    private static List<String> warningsOfNamespace(ObjectNode next, ObjectNode old, DecidedState state) {
        Level level = Level.enforcedBy(next);
        Level before = Level.enforcedBy(old);
        boolean stricter = LEVELS.indexOf(level.name()) > LEVELS.indexOf(before.name());
        if (level.name().equals(PRIVILEGED) || !stricter && level.version().equals(before.version())) {
            return List.of();
        }
        Map<String, List<String>> podsByReason = new TreeMap<>();
        String namespace = Trees.name(next);
        state.list(PODS, namespace).stream().limit(MAX_PODS).forEach(pod -> {
            String reason = violations(pod.json().tree(), level.name()).stream()
                    .map(violation -> violation.substring(0, violation.indexOf(" (")))
                    .collect(Collectors.joining(", "));
            if (!reason.isEmpty()) {
                podsByReason
                        .computeIfAbsent(reason, _ -> new ArrayList<>())
                        .add(pod.key().name());
            }
        });
        List<String> warnings = new ArrayList<>(0);
        podsByReason.forEach((reason, pods) -> warnings.add(named(pods) + ": " + reason));
        warnings.sort(null);
        if (!warnings.isEmpty()) {
            warnings.addFirst("existing pods in namespace \"%s\" violate the new PodSecurity enforce level \"%s\""
                    .formatted(namespace, level));
        }
        return warnings;
    }

    private static String named(List<String> pods) {
        return switch (pods.size()) {
            case 1 -> pods.getFirst();
            case 2 -> pods.getFirst() + " (and 1 other pod)";
            default -> pods.getFirst() + " (and " + (pods.size() - 1) + " other pods)";
        };
    }

    /** The pod of an object: itself, or its template. */
    private static JsonNode podOf(ResourceType type, ObjectNode object) {
        return switch (type.resource()) {
            case "pods" -> type.equals(PODS) ? object : MissingNode.getInstance();
            case "podtemplates" -> object.path("template");
            case "cronjobs" -> Trees.at(object, "spec", "jobTemplate", "spec", "template");
            case "replicationcontrollers", "replicasets", "deployments", "daemonsets", "statefulsets", "jobs" ->
                Trees.at(object, "spec", "template");
            default -> MissingNode.getInstance();
        };
    }

    private static @Nullable StoredObject namespace(ObjectKey key, DecidedState state) {
        return state.get(ObjectKey.clusterScoped(NAMESPACES, key.namespace()));
    }

    /** A level with the version of its standard. */
    private record Level(String name, String version) {
        /** @param label of the level; that of the version ends with {@code -version} */
        static Level of(@Nullable StoredObject namespace, String label) {
            if (namespace == null) {
                return new Level(PRIVILEGED, "latest");
            }
            String level = namespace.labels().getOrDefault(label, PRIVILEGED);
            // As Kubernetes: a level that is none is the strictest one, except for warnings.
            String applied = LEVELS.contains(level) ? level : label.equals(ENFORCE) ? RESTRICTED : PRIVILEGED;
            return new Level(applied, namespace.labels().getOrDefault(label + "-version", "latest"));
        }

        /** The level that a namespace enforces. */
        static Level enforcedBy(JsonNode namespace) {
            JsonNode labels = Trees.at(namespace, "metadata", "labels");
            String level = labels.path(ENFORCE).asText(PRIVILEGED);
            return new Level(
                    LEVELS.contains(level) ? level : RESTRICTED,
                    labels.path(ENFORCE + "-version").asText("latest"));
        }

        /** The level for warnings: that which is enforced if the namespace names none. */
        static Level ofWarnings(@Nullable StoredObject namespace) {
            boolean enforced = namespace != null
                    && !namespace.labels().containsKey(WARN)
                    && LEVELS.contains(namespace.labels().getOrDefault(ENFORCE, ""));
            if (namespace == null || !enforced) {
                return of(namespace, WARN);
            }
            Level level = of(namespace, ENFORCE);
            return new Level(level.name(), namespace.labels().getOrDefault(WARN + "-version", level.version()));
        }

        /** What of a pod the level does not allow, empty if it allows the pod. */
        String violations(JsonNode pod) {
            return name.equals(PRIVILEGED) ? "" : String.join(", ", PodSecurity.violations(pod, name));
        }

        @Override
        public String toString() {
            return name + ":" + version;
        }
    }

    /**
     * The labels of a namespace that name no level or no version.
     *
     * @see <a href="https://github.com/kubernetes/pod-security-admission/blob/master/api/helpers.go">PolicyToEvaluate</a>
     */
    public static void validateLabels(JsonNode labels, FieldErrors errors) {
        for (String label : List.of(ENFORCE, AUDIT, WARN)) {
            String level = labels.path(label).asText(PRIVILEGED);
            if (!LEVELS.contains(level)) {
                errors.invalid("metadata.labels[" + label + "]", level, "must be one of " + String.join(", ", LEVELS));
            }
            String version = labels.path(label + "-version").asText("latest");
            if (!version.equals("latest") && !VERSION.matcher(version).matches()) {
                errors.invalid("metadata.labels[" + label + "-version]", version, "must be \"latest\" or \"v1.x\"");
            }
        }
    }

    /** What of a pod the level does not allow, each as {@code reason (detail)}. */
    static List<String> violations(JsonNode pod, String level) {
        PodSecurity checks = new PodSecurity(pod);
        boolean restricted = level.equals(RESTRICTED);
        checks.baseline(restricted);
        if (restricted) {
            checks.restricted();
        }
        return checks.violations;
    }

    private void baseline(boolean restricted) {
        appArmor();
        if (!restricted) {
            eachContainer("non-default capabilities", container -> capabilities(container, DEFAULT_CAPABILITIES));
        }
        add(
                "host namespaces",
                Stream.of("hostNetwork", "hostPID", "hostIPC")
                        .filter(field -> spec.path(field).asBoolean())
                        .map(field -> field + "=true"));
        if (!restricted) {
            add("hostPath volumes", volumes(volume -> volume.has("hostPath")).map("volume \"%s\""::formatted));
        }
        eachContainer(
                "hostPort", container -> hostPorts(container).isEmpty() ? "" : "uses hostPort " + hostPorts(container));
        eachContainer("probe or lifecycle host", PodSecurity::handlerHost);
        eachContainer(
                PRIVILEGED,
                container -> security(container, "privileged").asBoolean()
                        ? "must not set securityContext.privileged=true"
                        : "");
        eachContainer("procMount", container -> {
            String mount = security(container, "procMount").asText("");
            return mount.isEmpty() || mount.equals("Default")
                    ? ""
                    : "must not set securityContext.procMount to \"" + mount + "\"";
        });
        podAndContainers("seLinuxOptions", PodSecurity::seLinux);
        if (!restricted) {
            podAndContainers("seccompProfile", security -> {
                String type = text(security, "seccompProfile", "type");
                return type.equals("Unconfined")
                        ? "must not set securityContext.seccompProfile.type to \"Unconfined\""
                        : "";
            });
        }
        add(
                "forbidden sysctls",
                objects(spec.path("securityContext"), "sysctls").stream()
                        .map(sysctl -> text(sysctl, "name"))
                        .filter(name -> !SAFE_SYSCTLS.contains(name)));
        podAndContainers(
                "hostProcess",
                security -> security.path("windowsOptions").path("hostProcess").asBoolean()
                        ? "must not set securityContext.windowsOptions.hostProcess=true"
                        : "");
    }

    private void restricted() {
        boolean linux = !text(spec, "os", "name").equals("windows");
        if (linux) {
            eachContainer(
                    "allowPrivilegeEscalation != false",
                    container -> security(container, "allowPrivilegeEscalation").asBoolean(true)
                            ? "must set securityContext.allowPrivilegeEscalation=false"
                            : "");
            unrestrictedCapabilities();
        }
        add(
                "restricted volume types",
                volumes(volume -> restrictedType(volume) != null)
                        .map(name -> "volume \"%s\" uses restricted volume type \"%s\"".formatted(name, typeOf(name))));
        podOrContainers(
                "runAsNonRoot != true",
                security -> !security.path("runAsNonRoot").isBoolean()
                        ? null
                        : security.path("runAsNonRoot").asBoolean(),
                "must set securityContext.runAsNonRoot=true");
        podAndContainers(
                "runAsUser=0",
                security -> security.path("runAsUser").isNumber()
                                && security.path("runAsUser").asLong() == 0
                        ? "must not set runAsUser=0"
                        : "");
        if (linux) {
            podOrContainers(
                    "seccompProfile",
                    security -> {
                        String type = text(security, "seccompProfile", "type");
                        return type.isEmpty() ? null : type.equals("RuntimeDefault") || type.equals("Localhost");
                    },
                    "must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"");
        }
    }

    private void add(String reason, Stream<String> details) {
        String all = details.collect(Collectors.joining("; "));
        if (!all.isEmpty()) {
            violations.add(reason + " (" + (reason.equals("host namespaces") ? all.replace("; ", ", ") : all) + ")");
        }
    }

    /** @param detail what is wrong with a container, empty if nothing is */
    private void eachContainer(String reason, Function<ObjectNode, String> detail) {
        add(reason, wrong(detail));
    }

    private Stream<String> wrong(Function<ObjectNode, String> detail) {
        return containers.stream()
                .filter(container -> !detail.apply(container).isEmpty())
                .map(container -> "container \"%s\" %s".formatted(text(container, "name"), detail.apply(container)));
    }

    /** @param detail what is wrong with a security context, empty if nothing is */
    private void podAndContainers(String reason, Function<JsonNode, String> detail) {
        String ofPod = detail.apply(spec.path("securityContext"));
        add(
                reason,
                Stream.concat(
                        ofPod.isEmpty() ? Stream.empty() : Stream.of("pod " + ofPod),
                        wrong(container -> detail.apply(container.path("securityContext")))));
    }

    /**
     * What the pod may set for containers that do not.
     *
     * @param right null if a security context says nothing
     */
    private void podOrContainers(String reason, Function<JsonNode, @Nullable Boolean> right, String detail) {
        Boolean ofPod = right.apply(spec.path("securityContext"));
        List<String> details = new ArrayList<>();
        if (Boolean.FALSE.equals(ofPod)) {
            details.add("pod " + detail);
        }
        for (ObjectNode container : containers) {
            Boolean own = right.apply(container.path("securityContext"));
            if (own == null && ofPod == null) {
                details.add("pod or container \"%s\" %s".formatted(text(container, "name"), detail));
            } else if (Boolean.FALSE.equals(own)) {
                details.add("container \"%s\" %s".formatted(text(container, "name"), detail));
            }
        }
        add(reason, details.stream());
    }

    private static JsonNode security(JsonNode container, String field) {
        return container.path("securityContext").path(field);
    }

    private static List<String> added(JsonNode container) {
        return Trees.texts(security(container, "capabilities").path("add"));
    }

    private static String capabilities(JsonNode container, Set<String> allowed) {
        String forbidden = added(container).stream()
                .filter(capability -> !allowed.contains(capability))
                .sorted()
                .map("\"%s\""::formatted)
                .collect(Collectors.joining(", "));
        return forbidden.isEmpty() ? "" : "must not include " + forbidden + " in securityContext.capabilities.add";
    }

    private void unrestrictedCapabilities() {
        add(
                "unrestricted capabilities",
                Stream.concat(
                        wrong(container ->
                                Trees.texts(security(container, "capabilities").path("drop"))
                                                .contains("ALL")
                                        ? ""
                                        : "must set securityContext.capabilities.drop=[\"ALL\"]"),
                        wrong(container -> capabilities(container, Set.of("NET_BIND_SERVICE")))));
    }

    private static String hostPorts(JsonNode container) {
        return objects(container, "ports").stream()
                .map(port -> port.path("hostPort").asInt(0))
                .filter(port -> port != 0)
                .map(String::valueOf)
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** A probe of another host makes the node ask it in the pod's name. */
    private static String handlerHost(JsonNode container) {
        Stream<JsonNode> handlers = Stream.concat(
                HANDLERS.stream().map(container::path),
                Stream.of("postStart", "preStop").map(container.path("lifecycle")::path));
        return handlers.flatMap(
                        handler -> Stream.of(text(handler, "httpGet", "host"), text(handler, "tcpSocket", "host")))
                .filter(host -> !host.isEmpty())
                .findFirst()
                .map(host -> "uses probe or lifecycle host \"" + host + "\"")
                .orElse("");
    }

    private static String seLinux(JsonNode security) {
        JsonNode options = security.path("seLinuxOptions");
        List<String> wrong = new ArrayList<>();
        if (!SELINUX_TYPES.contains(text(options, "type"))) {
            wrong.add("type \"" + text(options, "type") + "\"");
        }
        for (String field : List.of("user", "role")) {
            if (!text(options, field).isEmpty()) {
                wrong.add(field + " may not be set");
            }
        }
        return wrong.isEmpty() ? "" : "set forbidden securityContext.seLinuxOptions: " + String.join("; ", wrong);
    }

    private void appArmor() {
        Predicate<String> isAnnotation = name -> name.startsWith("container.apparmor.security.beta.kubernetes.io/");
        List<String> wrong = new ArrayList<>();
        pod.path("metadata").path("annotations").properties().forEach(annotation -> {
            String value = annotation.getValue().asText();
            if (isAnnotation.test(annotation.getKey())
                    && !value.isEmpty()
                    && !value.equals("runtime/default")
                    && !value.startsWith("localhost/")) {
                wrong.add("annotation %s=\"%s\"".formatted(annotation.getKey(), value));
            }
        });
        Function<JsonNode, String> profile = security -> {
            String type = text(security, "appArmorProfile", "type");
            return type.equals("Unconfined") ? "must not set AppArmor profile type to \"Unconfined\"" : "";
        };
        String ofPod = profile.apply(spec.path("securityContext"));
        if (!ofPod.isEmpty()) {
            wrong.add("pod " + ofPod);
        }
        add(
                "forbidden AppArmor profiles",
                Stream.concat(wrong.stream(), wrong(container -> profile.apply(container.path("securityContext")))));
    }

    private Stream<String> volumes(Predicate<JsonNode> which) {
        return objects(spec, "volumes").stream().filter(which).map(volume -> text(volume, "name"));
    }

    private static @Nullable String restrictedType(JsonNode volume) {
        return volume.propertyStream()
                .map(java.util.Map.Entry::getKey)
                .filter(field -> !RESTRICTED_VOLUMES.contains(field))
                .findFirst()
                .orElse(null);
    }

    private String typeOf(String volume) {
        return objects(spec, "volumes").stream()
                .filter(each -> text(each, "name").equals(volume))
                .map(PodSecurity::restrictedType)
                .findFirst()
                .orElse("");
    }
}
