package io.shiplog.command.kind.core.pod;

import static io.shiplog.command.kind.tree.Trees.defaultNumber;
import static io.shiplog.command.kind.tree.Trees.defaultNumberForZero;
import static io.shiplog.command.kind.tree.Trees.defaultText;
import static io.shiplog.command.kind.tree.Trees.objects;
import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.tree.Trees;
import java.util.List;

/**
 * The defaults of a pod's spec, in a pod and in a workload's template.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/v1/defaults.go">SetDefaults_PodSpec</a>
 */
public final class PodDefaults {
    private static final int GRACE_PERIOD_SECONDS = 30;

    /** 0644: files of config maps, secrets and the like. */
    private static final int FILE_MODE = 420;

    private static final int TOKEN_EXPIRATION_SECONDS = 3600;

    private PodDefaults() {}

    /** The defaults of the template of an owner, a workload's spec or a PodTemplate; it has one afterwards. */
    public static void setTemplate(ObjectNode owner) {
        ObjectNode template = Trees.object(owner, "template");
        Trees.object(template, "metadata");
        setTemplateDefaults(Trees.object(template, "spec"));
    }

    /** Defaults of pods and templates. */
    public static void setTemplateDefaults(ObjectNode spec) {
        defaultText(spec, "dnsPolicy", "ClusterFirst");
        defaultText(spec, "restartPolicy", "Always");
        defaultText(spec, "schedulerName", "default-scheduler");
        defaultNumber(spec, "terminationGracePeriodSeconds", GRACE_PERIOD_SECONDS);
        Trees.object(spec, "securityContext");
        mirrorServiceAccount(spec);
        for (ObjectNode container : objects(spec, "containers", "initContainers", "ephemeralContainers")) {
            setContainerDefaults(container);
        }
        objects(spec, "volumes").forEach(PodDefaults::setVolumeDefaults);
    }

    /** Defaults of pods only: a template keeps what its author wrote. */
    static void setPodDefaults(ObjectNode spec) {
        setTemplateDefaults(spec);
        // Of a pod only: its templates keep a negative period, and warn of it.
        if (spec.path("terminationGracePeriodSeconds").asLong() < 0) {
            spec.put("terminationGracePeriodSeconds", 1);
        }
        Trees.defaultBoolean(spec, "enableServiceLinks", true);
        boolean hostNetwork = spec.path("hostNetwork").asBoolean();
        for (ObjectNode container : objects(spec, "containers", "initContainers")) {
            requestWhatIsLimited(container);
            if (hostNetwork) {
                for (ObjectNode port : objects(container, "ports")) {
                    defaultNumberForZero(
                            port, "hostPort", port.path("containerPort").asInt());
                }
            }
        }
    }

    /** {@code serviceAccount} is the old name of {@code serviceAccountName}; both are always shown. */
    private static void mirrorServiceAccount(ObjectNode spec) {
        String name = text(spec, "serviceAccountName");
        String old = text(spec, "serviceAccount");
        if (name.isEmpty() && !old.isEmpty()) {
            spec.put("serviceAccountName", old);
        } else if (!name.isEmpty()) {
            spec.put("serviceAccount", name);
        }
    }

    private static void requestWhatIsLimited(ObjectNode container) {
        JsonNode limits = Trees.at(container, "resources", "limits");
        if (limits.isEmpty()) {
            return;
        }
        ObjectNode requests = Trees.object(Trees.object(container, "resources"), "requests");
        limits.properties().forEach(limit -> {
            if (!requests.has(limit.getKey())) {
                requests.set(limit.getKey(), limit.getValue());
            }
        });
    }

    private static void setContainerDefaults(ObjectNode container) {
        defaultText(
                container,
                "imagePullPolicy",
                ImageName.tag(text(container, "image")).equals("latest") ? "Always" : "IfNotPresent");
        defaultText(container, "terminationMessagePath", "/dev/termination-log");
        defaultText(container, "terminationMessagePolicy", "File");
        Trees.object(container, "resources");
        for (ObjectNode port : objects(container, "ports")) {
            defaultText(port, "protocol", "TCP");
        }
        for (ObjectNode env : objects(container, "env")) {
            setFieldReferenceDefaults(env.path("valueFrom"));
        }
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.get(probe) instanceof ObjectNode found) {
                setProbeDefaults(found);
            }
        }
        for (String hook : List.of("postStart", "preStop")) {
            setHttpDefaults(Trees.at(container, "lifecycle", hook));
        }
    }

    private static void setProbeDefaults(ObjectNode probe) {
        defaultNumberForZero(probe, "timeoutSeconds", 1);
        defaultNumberForZero(probe, "periodSeconds", 10);
        defaultNumberForZero(probe, "successThreshold", 1);
        defaultNumberForZero(probe, "failureThreshold", 3);
        setHttpDefaults(probe);
        if (probe.get("grpc") instanceof ObjectNode grpc && !grpc.has("service")) {
            grpc.put("service", "");
        }
    }

    private static void setHttpDefaults(JsonNode handler) {
        if (handler.path("httpGet") instanceof ObjectNode http) {
            defaultText(http, "path", "/");
            defaultText(http, "scheme", "HTTP");
        }
    }

    private static void setFieldReferenceDefaults(JsonNode source) {
        if (source.path("fieldRef") instanceof ObjectNode reference) {
            defaultText(reference, "apiVersion", "v1");
        }
        if (source.path("resourceFieldRef") instanceof ObjectNode reference) {
            defaultText(reference, "divisor", "0");
        }
    }

    private static void setVolumeDefaults(ObjectNode volume) {
        boolean bare = volume.properties().stream().allMatch(e -> e.getKey().equals("name"));
        if (bare) {
            volume.putObject("emptyDir");
        }
        for (String source : List.of("secret", "configMap", "downwardAPI", "projected")) {
            if (volume.get(source) instanceof ObjectNode found) {
                defaultNumber(found, "defaultMode", FILE_MODE);
                objects(found, "items").forEach(PodDefaults::setFieldReferenceDefaults);
            }
        }
        for (ObjectNode projection : objects(volume.path("projected"), "sources")) {
            objects(projection.path("downwardAPI"), "items").forEach(PodDefaults::setFieldReferenceDefaults);
            if (projection.get("serviceAccountToken") instanceof ObjectNode token) {
                defaultNumber(token, "expirationSeconds", TOKEN_EXPIRATION_SECONDS);
            }
        }
        if (volume.get("image") instanceof ObjectNode image) {
            defaultText(
                    image,
                    "pullPolicy",
                    ImageName.tag(text(image, "reference")).equals("latest") ? "Always" : "IfNotPresent");
        }
        if (volume.get("hostPath") instanceof ObjectNode path && !path.has("type")) {
            path.put("type", "");
        }
    }
}
