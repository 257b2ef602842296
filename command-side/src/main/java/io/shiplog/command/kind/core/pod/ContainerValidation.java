package io.shiplog.command.kind.core.pod;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Containers of a pod, and the objects they refer to. */
public final class ContainerValidation {
    static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");
    private static final List<String> MESSAGE_POLICIES = List.of("File", "FallbackToLogsOnError");
    private static final List<String> PROPAGATIONS = List.of("Bidirectional", "HostToContainer", "None");
    private static final List<String> READ_ONLY_MODES = List.of("Disabled", "Enabled", "IfPossible");
    private static final List<String> PROC_MOUNTS = List.of("Default", "Unmasked");
    private static final String SIDECARS_ONLY = "may not be set for init containers without restartPolicy=Always";

    private final JsonNode spec;
    private final Set<String> volumes = new HashSet<>();
    private final String path;
    private final FieldErrors errors;

    /** @param path of the pod's spec */
    ContainerValidation(JsonNode spec, String path, FieldErrors errors) {
        this.spec = spec;
        this.path = path;
        this.errors = errors;
        for (JsonNode volume : spec.path("volumes")) {
            volumes.add(text(volume, "name"));
        }
    }

    void validate() {
        Set<String> names = regularContainers();
        initContainers(names);
        Set<String> targets = Set.copyOf(names);
        int index = 0;
        for (JsonNode container : spec.path("ephemeralContainers")) {
            String at = path + ".ephemeralContainers[" + index++ + "]";
            common(container, at);
            uniqueName(container, names, at);
            EphemeralContainers.validate(container, targets, at, errors);
        }
    }

    private Set<String> regularContainers() {
        Set<String> names = new HashSet<>();
        JsonNode containers = spec.path("containers");
        if (containers.isEmpty()) {
            errors.required(path + ".containers", "");
        }
        Set<String> hostPorts = new HashSet<>();
        int index = 0;
        for (JsonNode container : containers) {
            String at = path + ".containers[" + index++ + "]";
            common(container, at);
            uniqueName(container, names, at);
            ProbeValidation.validateAll(container, gracePeriod(), at, errors);
            RestartRuleValidation.validate(container, at, errors);
            uniqueHostPorts(container, hostPorts, at);
        }
        return names;
    }

    private void initContainers(Set<String> names) {
        int index = 0;
        for (JsonNode container : spec.path("initContainers")) {
            String at = path + ".initContainers[" + index++ + "]";
            common(container, at);
            uniqueName(container, names, at);
            uniqueHostPorts(container, new HashSet<>(), at);
            String restart = text(container, "restartPolicy");
            restartsInPlace(container, restart, at);
            if (restart.equals("Always")) {
                RestartRuleValidation.ofSidecar(container, at, errors);
                ProbeValidation.validateAll(container, gracePeriod(), at, errors);
                continue;
            }
            RestartRuleValidation.validate(container, at, errors);
            for (String field : List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
                if (container.has(field)) {
                    errors.forbidden(at + "." + field, SIDECARS_ONLY);
                }
            }
        }
    }

    private void restartsInPlace(JsonNode container, String restart, String at) {
        int index = 0;
        for (JsonNode policy : container.path("resizePolicy")) {
            String how = text(policy, "restartPolicy");
            if (!restart.equals("Always") && how.equals("RestartContainer")) {
                errors.invalid(
                        at + ".resizePolicy[" + index + "].restartPolicy",
                        how,
                        "must not be set to 'RestartContainer' for non-sidecar initContainers");
            }
            index++;
        }
    }

    private long gracePeriod() {
        return spec.path("terminationGracePeriodSeconds").asLong();
    }

    private void uniqueName(JsonNode container, Set<String> names, String at) {
        String name = text(container, "name");
        if (!names.add(name) && !name.isEmpty()) {
            errors.duplicate(at + ".name", name);
        }
    }

    private void uniqueHostPorts(JsonNode container, Set<String> taken, String at) {
        int index = 0;
        for (JsonNode port : container.path("ports")) {
            String key = text(port, "protocol") + "/" + text(port, "hostIP") + "/"
                    + port.path("hostPort").asInt();
            if (port.path("hostPort").asInt() != 0 && !taken.add(key)) {
                errors.duplicate(at + ".ports[" + index + "].hostPort", key);
            }
            index++;
        }
    }

    private void common(JsonNode container, String at) {
        String name = text(container, "name");
        if (name.isEmpty()) {
            errors.required(at + ".name", "");
        } else {
            Checks.each(Names.label(name), at + ".name", name, errors);
        }
        String image = text(container, "image");
        if (image.isEmpty()) {
            errors.required(at + ".image", "");
        } else if (!image.equals(image.strip())) {
            errors.invalid(at + ".image", image, "must not have leading or trailing whitespace");
        }
        Checks.oneOf(
                text(container, "terminationMessagePolicy"),
                MESSAGE_POLICIES,
                at + ".terminationMessagePolicy",
                errors);
        ports(container.path("ports"), at + ".ports");
        EnvValidation.validate(container, at, errors);
        boolean privileged =
                container.path("securityContext").path("privileged").asBoolean();
        mounts(container.path("volumeMounts"), privileged, at + ".volumeMounts");
        Checks.oneOf(text(container, "imagePullPolicy"), PULL_POLICIES, at + ".imagePullPolicy", errors);
        ResourceValidation.validate(container.path("resources"), at + ".resources", errors);
        PodResize.validatePolicies(
                container.path("resizePolicy"), text(spec, "restartPolicy"), at + ".resizePolicy", errors);
        securityContext(container.path("securityContext"), at + ".securityContext");
    }

    private void ports(JsonNode ports, String at) {
        Set<String> names = new HashSet<>();
        boolean hostNetwork = spec.path("hostNetwork").asBoolean();
        int index = 0;
        for (JsonNode port : ports) {
            String each = at + "[" + index++ + "]";
            String name = text(port, "name");
            if (!name.isEmpty()) {
                List<String> wrong = Names.portName(name);
                Checks.each(wrong, each + ".name", name, errors);
                if (wrong.isEmpty() && !names.add(name)) {
                    errors.duplicate(each + ".name", name);
                }
            }
            int number = port.path("containerPort").asInt();
            if (number == 0) {
                errors.required(each + ".containerPort", "");
            } else {
                Checks.each(Names.port(number), each + ".containerPort", number, errors);
            }
            int host = port.path("hostPort").asInt();
            if (host != 0) {
                Checks.each(Names.port(host), each + ".hostPort", host, errors);
            }
            if (hostNetwork && host != number) {
                errors.invalid(each + ".containerPort", number, "must match `hostPort` when `hostNetwork` is true");
            }
            Checks.oneOf(text(port, "protocol"), Checks.PROTOCOLS, each + ".protocol", errors);
        }
    }

    private void mounts(JsonNode mounts, boolean privileged, String at) {
        Set<String> paths = new HashSet<>();
        int index = 0;
        for (JsonNode mount : mounts) {
            String each = at + "[" + index++ + "]";
            String name = text(mount, "name");
            if (name.isEmpty()) {
                errors.required(each + ".name", "");
            }
            if (!volumes.contains(name)) {
                errors.notFound(each + ".name", name);
            }
            String mountPath = text(mount, "mountPath");
            if (mountPath.isEmpty()) {
                errors.required(each + ".mountPath", "");
            }
            if (!paths.add(mountPath)) {
                errors.invalid(each + ".mountPath", mountPath, "must be unique");
            }
            String sub = text(mount, "subPath");
            String expression = text(mount, "subPathExpr");
            if (!sub.isEmpty() && !expression.isEmpty()) {
                errors.invalid(each + ".subPathExpr", expression, "subPathExpr and subPath are mutually exclusive");
            }
            String propagation = text(mount, "mountPropagation");
            if (!propagation.isEmpty()) {
                Checks.oneOf(propagation, PROPAGATIONS, at + ".mountPropagation", errors);
            }
            if (propagation.equals("Bidirectional") && !privileged) {
                errors.forbidden(
                        at + ".mountPropagation",
                        "Bidirectional mount propagation is available only to privileged containers");
            }
            recursiveReadOnly(mount, each + ".recursiveReadOnly");
            Checks.descendingPath(sub, at + ".subPath", errors);
            Checks.descendingPath(expression, at + ".subPathExpr", errors);
        }
    }

    private void recursiveReadOnly(JsonNode mount, String at) {
        if (!mount.has("recursiveReadOnly")) {
            return;
        }
        String mode = text(mount, "recursiveReadOnly");
        if (!READ_ONLY_MODES.contains(mode)) {
            errors.notSupported(at, mode, READ_ONLY_MODES);
        } else if (!mode.equals("Disabled")) {
            if (!mount.path("readOnly").asBoolean()) {
                errors.forbidden(at, "may only be specified when readOnly is true");
            }
            if (mount.has("mountPropagation")
                    && !text(mount, "mountPropagation").equals("None")) {
                errors.forbidden(at, "may only be specified when mountPropagation is None or not specified");
            }
        }
    }

    private void procMount(JsonNode context, String at) {
        if (!context.has("procMount")) {
            return;
        }
        String mount = text(context, "procMount");
        if (!PROC_MOUNTS.contains(mount)) {
            errors.notSupported(at, mount, PROC_MOUNTS);
        }
        if (mount.equals("Unmasked") && spec.path("hostUsers").asBoolean(true)) {
            errors.invalid(at, mount, "`hostUsers` must be false to use `Unmasked`");
        }
    }

    private void securityContext(JsonNode context, String at) {
        procMount(context, at + ".procMount");
        for (String id : List.of("runAsUser", "runAsGroup")) {
            long value = context.path(id).asLong(0);
            if (value < 0 || value > Integer.MAX_VALUE) {
                errors.invalid(at + "." + id, value, "must be between 0 and 2147483647, inclusive");
            }
        }
        if (context.has("allowPrivilegeEscalation")
                && !context.path("allowPrivilegeEscalation").asBoolean()
                && context.path("privileged").asBoolean()) {
            errors.invalid(at, context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
        }
        SeccompValidation.validate(context.path("seccompProfile"), at + ".seccompProfile", errors);
    }
}
