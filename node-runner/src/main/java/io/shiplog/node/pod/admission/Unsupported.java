package io.shiplog.node.pod.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.pod.admission.PodAdmission.Rejected;
import io.shiplog.node.pod.desired.DesiredContainer;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.observed.ObservedPod.PodFailure;
import io.shiplog.node.reference.UnresolvedException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Features of a pod that this node does not support. They are refused: a pod without a requested feature is less safe than its
 * author believes. Pure.
 */
public final class Unsupported {
    /** @see <a href="https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls">Safe sysctls</a> */
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

    static final String REJECTED = "Pod was rejected: ";
    private static final String APP_ARMOR_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";

    private Unsupported() {}

    /** Why the pod as a whole is rejected when its node first sees it, with the kubelet's reasons; null if it is accepted. */
    public static @Nullable Rejected rejection(DesiredPod pod, boolean appArmor) {
        JsonNode context = pod.spec().path("securityContext");
        String os = pod.spec().path("os").path("name").asText("linux");
        if (!os.equals("linux")) {
            return new Rejected("PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS");
        }
        for (JsonNode sysctl : context.path("sysctls")) {
            String why = forbidden(pod, sysctlName(sysctl));
            if (!why.isEmpty()) {
                return new Rejected("SysctlForbidden", why);
            }
        }
        if (context.path("supplementalGroupsPolicy").asText().equals("Strict")) {
            return new Rejected(
                    "SupplementalGroupsPolicyNotSupported",
                    "SupplementalGroupsPolicy=Strict is not supported in this node");
        }
        String armor = appArmor(pod, appArmor);
        return armor.isEmpty() ? null : new Rejected("AppArmor", "Cannot enforce AppArmor: " + armor);
    }

    /** Whether a pod failed before anything of it was created. */
    public static boolean isRejection(PodFailure failure) {
        return failure.message().startsWith(REJECTED);
    }

    /** With dots, as the engine expects. */
    public static String sysctlName(JsonNode sysctl) {
        return sysctl.path("name").asText().replace('/', '.');
    }

    private static String forbidden(DesiredPod pod, String sysctl) {
        String of = "forbidden sysctl: \"" + sysctl + "\" ";
        if (!SAFE_SYSCTLS.contains(sysctl)) {
            return of + "not allowlisted";
        }
        if (sysctl.startsWith("net.") && pod.hostNetwork()) {
            return of + "not allowed with host net enabled";
        }
        return sysctl.startsWith("kernel.shm") && pod.spec().path("hostIPC").asBoolean(false)
                ? of + "not allowed with host ipc enabled"
                : "";
    }

    private static String appArmor(DesiredPod pod, boolean enabled) {
        Stream<String> types = Stream.concat(
                        Stream.of(pod.spec()), pod.allContainers().stream().map(DesiredContainer::tree))
                .map(of -> of.path("securityContext")
                        .path("appArmorProfile")
                        .path("type")
                        .asText(""));
        Stream<String> annotated = pod.tree().path("metadata").path("annotations").properties().stream()
                .filter(annotation -> annotation.getKey().startsWith(APP_ARMOR_ANNOTATION))
                .map(annotation -> annotation.getValue().asText().startsWith("localhost/") ? "Localhost" : "");
        List<String> asked = Stream.concat(types, annotated)
                .filter(type -> type.equals("Localhost") || type.equals("RuntimeDefault"))
                .toList();
        if (!asked.isEmpty() && !enabled) {
            return "AppArmor is not enabled on the host";
        }
        return asked.contains("Localhost") ? "profiles of type Localhost are not supported by this node" : "";
    }

    /**
     * Refuses a container that would run differently than its pod specifies.
     *
     * @throws UnresolvedException the message is that of CreateContainerConfigError
     */
    public static void refuse(DesiredPod pod, DesiredContainer container) throws UnresolvedException {
        JsonNode spec = pod.spec();
        JsonNode own = container.tree();
        JsonNode context = own.path("securityContext");
        unless(spec.path("hostUsers").asBoolean(true), "hostUsers: false");
        unless(spec.path("resourceClaims").isEmpty(), "resourceClaims");
        unless(spec.path("resources").isEmpty(), "resources of the pod as a whole");
        unless(!context.path("procMount").asText("").equals("Unmasked"), "procMount: Unmasked");
        unless(own.path("volumeDevices").isEmpty(), "volumeDevices");
        for (JsonNode mount : own.path("volumeMounts")) {
            if (mount.path("mountPropagation").asText("").equals("Bidirectional")
                    && !context.path("privileged").asBoolean(false)) {
                throw new UnresolvedException(
                        "Bidirectional mount propagation is available only to privileged containers");
            }
        }
    }

    private static void unless(boolean supported, String what) throws UnresolvedException {
        if (!supported) {
            throw new UnresolvedException(what + " is not supported by this node");
        }
    }
}
