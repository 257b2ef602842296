package io.shiplog.command.kind.core.pod;

import static io.shiplog.command.kind.Trees.objects;
import static io.shiplog.command.kind.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
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
    private static final String ENFORCE_VERSION = "pod-security.kubernetes.io/enforce-version";
    private static final String PRIVILEGED = "privileged";
    private static final String BASELINE = "baseline";
    private static final String RESTRICTED = "restricted";

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
        this.containers = objects(spec, "initContainers", "containers");
    }

    /** Refuses a pod that its namespace does not take. */
    static @Nullable Refusal admit(ObjectNode pod, ObjectKey key, DecidedState state) {
        StoredObject namespace = state.get(ObjectKey.clusterScoped(ResourceType.core("namespaces"), key.namespace()));
        String level = namespace == null ? "" : namespace.labels().getOrDefault(ENFORCE, "");
        if (namespace == null || level.isEmpty() || level.equals(PRIVILEGED)) {
            return null;
        }
        // As Kubernetes: a level that is none is the strictest one.
        String applied = level.equals(BASELINE) ? BASELINE : RESTRICTED;
        List<String> violations = violations(pod, applied);
        return violations.isEmpty()
                ? null
                : Refusal.forbidden(
                        key,
                        "violates PodSecurity \"%s:%s\": %s"
                                .formatted(
                                        applied,
                                        namespace.labels().getOrDefault(ENFORCE_VERSION, "latest"),
                                        String.join(", ", violations)));
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
