package io.shiplog.docker.compose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.compose.Conversion.Workload;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One service as a workload: a Deployment, a DaemonSet if it is global, a Job if it is not restarted. */
final class ServiceConverter {
    private static final String PULL_POLICY = "kompose.image-pull-policy";
    private static final String PULL_SECRET = "kompose.image-pull-secret";
    /** How often a Job tries, if nothing else is said: the default of Kubernetes. */
    private static final int ATTEMPTS = 6;

    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);
    private static final Pattern CONSTRAINT = Pattern.compile("\\s*(\\S+)\\s*(==|!=)\\s*(\\S+)\\s*");

    private final Converter converter;
    private final String name;
    private final Fields fields;
    private final Fields deploy;
    private final ObjectNode pod = Converter.JSON.objectNode();
    private final ObjectNode podSecurity = Converter.JSON.objectNode();
    private final ObjectNode container = Converter.JSON.objectNode();
    private final ObjectNode security = Converter.JSON.objectNode();

    ServiceConverter(Converter converter, String name) {
        this.converter = converter;
        this.name = name;
        this.fields = new Fields(converter.service(name), "services." + name, converter::note);
        this.deploy = fields.nested("deploy");
    }

    /** Whether it has the node's own network: its ports are published by themselves. */
    boolean isOnHost() {
        return pod.path("hostNetwork").asBoolean(false);
    }

    Workload workload() {
        ObjectNode annotations = annotations();
        image();
        process();
        environment();
        ports();
        resources();
        Health.probes(fields.take("healthcheck"), fields.path("healthcheck"), converter::note)
                .forEach(container::set);
        security();
        network();
        ServiceVolumes volumes = new ServiceVolumes(converter, fields);
        volumes.mount(container);
        Map<String, String> dependsOn = dependencies();
        placement();
        ObjectNode spec = Converter.JSON.objectNode();
        ArrayNode waiting = waiting(dependsOn);
        if (!waiting.isEmpty()) {
            spec.set("initContainers", waiting);
        }
        set(container, "securityContext", security);
        spec.putArray("containers").add(container);
        volumes.declare(spec);
        spec.setAll(pod);
        set(spec, "securityContext", podSecurity);
        volumes.hash().ifPresent(hash -> annotations.put("compose.shiplog.io/files", hash));
        ObjectNode object = controller(spec, annotations, volumes.hasClaims());
        take();
        return new Workload(name, object, dependsOn);
    }

    private static void set(ObjectNode object, String key, ObjectNode value) {
        if (!value.isEmpty()) {
            object.set(key, value);
        }
    }

    private ObjectNode annotations() {
        ObjectNode annotations = Converter.JSON.objectNode();
        for (JsonNode all : List.of(fields.take("labels"), fields.take("annotations"), deploy.take("labels"))) {
            all.properties().forEach(each -> {
                String key = each.getKey();
                if (key.startsWith("kompose.")) {
                    kompose(key, each.getValue().asText());
                } else if (key.matches(
                        "([a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?/)?[a-zA-Z0-9]([a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?")) {
                    annotations.put(key, each.getValue().asText());
                } else {
                    converter.note("services.%s.labels: '%s' is no key of an annotation".formatted(name, key));
                }
            });
        }
        return annotations;
    }

    private void kompose(String key, String value) {
        switch (key) {
            case PULL_POLICY -> container.put("imagePullPolicy", value);
            case PULL_SECRET -> pod.putArray("imagePullSecrets").addObject().put("name", value);
            case "kompose.service.type" -> {
                // Read with the Services.
            }
            default -> converter.note("services.%s.labels: %s is not supported".formatted(name, key));
        }
    }

    private void image() {
        JsonNode build = fields.take("build");
        String image = fields.text("image").orElse(converter.project().name() + "-" + converter.label(name));
        container.put("name", converter.label(name)).put("image", image);
        if (build instanceof ObjectNode how) {
            converter.built(image, how);
        }
        String last = image.substring(image.lastIndexOf('/') + 1);
        boolean latest = !last.contains(":") && !last.contains("@") || last.endsWith(":latest");
        String policy = switch (fields.text("pull_policy").orElse("")) {
            case "always" -> "Always";
            case "never" -> "Never";
            case "missing", "if_not_present", "build" -> "IfNotPresent";
            case "" -> latest ? "IfNotPresent" : "";
            default -> {
                converter.note("%s: images are pulled if they are not there".formatted(fields.path("pull_policy")));
                yield "IfNotPresent";
            }
        };
        if (!policy.isEmpty() && !container.has("imagePullPolicy")) {
            container.put("imagePullPolicy", policy);
        }
        fields.text("platform").ifPresent(platform -> {
            String[] parts = platform.split("/");
            nodeSelector("kubernetes.io/os", parts[0]);
            if (parts.length > 1) {
                nodeSelector("kubernetes.io/arch", parts[1]);
            }
        });
    }

    private void nodeSelector(String key, String value) {
        pod.withObject("/nodeSelector").put(key, value);
    }

    private void process() {
        words("entrypoint", "command");
        words("command", "args");
        fields.text("working_dir").ifPresent(folder -> container.put("workingDir", folder));
        if (fields.flag("stdin_open")) {
            container.put("stdin", true);
        }
        if (fields.flag("tty")) {
            container.put("tty", true);
        }
        fields.text("hostname").ifPresent(host -> pod.put("hostname", Words.label(host)));
        Duration grace = fields.text("stop_grace_period")
                .map(text -> Words.duration(text, fields.path("stop_grace_period")))
                .orElse(DEFAULT_GRACE);
        pod.put("terminationGracePeriodSeconds", Words.seconds(grace));
        hook("pre_stop", "preStop");
        hook("post_start", "postStart");
    }

    private void hook(String key, String kubernetes) {
        JsonNode hooks = fields.take(key);
        if (hooks.isEmpty()) {
            return;
        }
        if (hooks.size() > 1) {
            converter.note("%s: only the first is carried over".formatted(fields.path(key)));
        }
        Fields hook = new Fields(hooks.get(0), fields.path(key) + ".0", converter::note);
        JsonNode command = hook.take("command");
        ArrayNode words = Converter.JSON.arrayNode();
        if (command.isArray()) {
            command.forEach(words::add);
        } else {
            Words.split(command.asText(), hook.path("command")).forEach(words::add);
        }
        hook.close();
        container.withObject("/lifecycle/" + kubernetes + "/exec").set("command", words);
    }

    private void words(String key, String kubernetes) {
        JsonNode words = fields.take(key);
        if (words.isArray() && words.isEmpty()) {
            converter.note("%s: an empty list does not clear what the image says".formatted(fields.path(key)));
        } else if (words.isArray()) {
            ArrayNode literal = container.putArray(kubernetes);
            words.forEach(each -> literal.add(Words.literal(each.asText())));
        }
    }

    private void environment() {
        ArrayNode variables = Converter.JSON.arrayNode();
        fields.take("environment")
                .properties()
                .forEach(each -> variables
                        .addObject()
                        .put("name", each.getKey())
                        .put("value", Words.literal(each.getValue().asText())));
        if (!variables.isEmpty()) {
            container.set("env", variables);
        }
    }

    private void ports() {
        Map<String, ObjectNode> ports = new LinkedHashMap<>();
        for (JsonNode each : fields.take("ports")) {
            String protocol = ServiceNetwork.protocol(each);
            ports.putIfAbsent(
                    each.path("target").asText() + protocol,
                    Converter.JSON
                            .objectNode()
                            .put("containerPort", each.path("target").asInt())
                            .put("protocol", protocol));
        }
        if (!ports.isEmpty()) {
            ArrayNode list = container.putArray("ports");
            ports.values().forEach(list::add);
        }
    }

    private void resources() {
        Fields all = deploy.nested("resources");
        Fields limits = all.nested("limits");
        Fields reservations = all.nested("reservations");
        quantity(limits.text("cpus").or(() -> fields.text("cpus")), "limits", "cpu", limits.path("cpus"));
        quantity(limits.text("memory").or(() -> fields.text("mem_limit")), "limits", "memory", limits.path("memory"));
        quantity(reservations.text("cpus"), "requests", "cpu", reservations.path("cpus"));
        quantity(
                reservations.text("memory").or(() -> fields.text("mem_reservation")),
                "requests",
                "memory",
                reservations.path("memory"));
        fields.take("cpus");
        fields.take("mem_limit");
        fields.take("mem_reservation");
        limits.close();
        reservations.close();
        all.close();
    }

    private void quantity(Optional<String> value, String kind, String resource, String path) {
        value.filter(text -> !text.equals("0"))
                .ifPresent(text -> container
                        .withObject("/resources/" + kind)
                        .put(resource, resource.equals("cpu") ? Words.cpus(text, path) : Words.quantity(text, path)));
    }

    private void security() {
        if (fields.flag("privileged")) {
            security.put("privileged", true);
        }
        if (fields.flag("read_only")) {
            security.put("readOnlyRootFilesystem", true);
        }
        fields.text("user").ifPresent(this::user);
        for (String key : List.of("cap_add", "cap_drop")) {
            JsonNode names = fields.take(key);
            if (!names.isEmpty()) {
                ArrayNode list = security.withObject("/capabilities").putArray(key.equals("cap_add") ? "add" : "drop");
                names.forEach(each -> list.add(each.asText().replaceFirst("^CAP_", "")));
            }
        }
        for (JsonNode each : fields.take("security_opt")) {
            switch (each.asText()) {
                case "no-new-privileges", "no-new-privileges:true", "no-new-privileges=true" ->
                    security.put("allowPrivilegeEscalation", false);
                case "seccomp:unconfined", "seccomp=unconfined" ->
                    security.withObject("/seccompProfile").put("type", "Unconfined");
                case "apparmor:unconfined", "apparmor=unconfined" ->
                    security.withObject("/appArmorProfile").put("type", "Unconfined");
                default ->
                    converter.note("%s: '%s' has no equivalent".formatted(fields.path("security_opt"), each.asText()));
            }
        }
        ArrayNode groups = Converter.JSON.arrayNode();
        for (JsonNode each : fields.take("group_add")) {
            if (each.asText().matches("[0-9]+")) {
                groups.add(each.asLong());
            } else {
                converter.note("%s: '%s' is a name: Kubernetes takes a number"
                        .formatted(fields.path("group_add"), each.asText()));
            }
        }
        if (!groups.isEmpty()) {
            podSecurity.set("supplementalGroups", groups);
        }
        JsonNode sysctls = fields.take("sysctls");
        if (!sysctls.isEmpty()) {
            ArrayNode list = podSecurity.putArray("sysctls");
            sysctls.properties()
                    .forEach(each -> list.addObject()
                            .put("name", each.getKey())
                            .put("value", each.getValue().asText()));
        }
    }

    private void user(String user) {
        String[] ids = user.split(":", 2);
        for (int i = 0; i < ids.length; i++) {
            if (ids[i].matches("[0-9]{1,10}")) {
                security.put(i == 0 ? "runAsUser" : "runAsGroup", Long.parseLong(ids[i]));
            } else {
                converter.note("%s: '%s' is a name: Kubernetes takes a number".formatted(fields.path("user"), ids[i]));
            }
        }
    }

    private void network() {
        String mode = fields.text("network_mode").orElse("");
        if (mode.equals("host")) {
            pod.put("hostNetwork", true).put("dnsPolicy", "ClusterFirstWithHostNet");
        } else if (!mode.isEmpty() && !mode.equals("bridge")) {
            converter.note("%s: '%s' has no equivalent: containers that share a network belong into one pod"
                    .formatted(fields.path("network_mode"), mode));
        }
        for (String each : List.of("pid", "ipc")) {
            fields.text(each).ifPresent(value -> {
                if (value.equals("host")) {
                    pod.put(each.equals("pid") ? "hostPID" : "hostIPC", true);
                } else if (!value.equals("private") && !value.equals("shareable")) {
                    converter.note("%s: '%s' has no equivalent".formatted(fields.path(each), value));
                }
            });
        }
        for (JsonNode each : fields.take("networks")) {
            Fields member = new Fields(each, fields.path("networks"), converter::note);
            member.take("aliases");
            member.close();
        }
        hosts();
        list("dns", "nameservers");
        list("dns_search", "searches");
        JsonNode options = fields.take("dns_opt");
        if (!options.isEmpty()) {
            ArrayNode list = pod.withObject("/dnsConfig").putArray("options");
            options.forEach(each -> {
                String[] parts = each.asText().split(":", 2);
                ObjectNode option = list.addObject().put("name", parts[0]);
                if (parts.length == 2) {
                    option.put("value", parts[1]);
                }
            });
        }
        fields.take("container_name");
        fields.take("links");
        fields.take("expose");
        fields.drop("external_links", "a container outside the cluster has no name inside it");
    }

    private void list(String key, String kubernetes) {
        JsonNode values = fields.take(key);
        if (!values.isEmpty()) {
            ArrayNode list = pod.withObject("/dnsConfig").putArray(kubernetes);
            values.forEach(list::add);
        }
    }

    private void hosts() {
        Map<String, ArrayNode> byAddress = new LinkedHashMap<>();
        fields.take("extra_hosts").properties().forEach(each -> {
            JsonNode addresses = each.getValue();
            for (JsonNode address : addresses.isArray() ? addresses : List.of(addresses)) {
                String text = address.asText().replaceAll("^\\[|]$", "");
                if (text.equals("host-gateway")) {
                    converter.note("%s: host-gateway has no equivalent for '%s'"
                            .formatted(fields.path("extra_hosts"), each.getKey()));
                } else {
                    byAddress
                            .computeIfAbsent(text, ip -> Converter.JSON.arrayNode())
                            .add(each.getKey());
                }
            }
        });
        if (!byAddress.isEmpty()) {
            ArrayNode aliases = pod.putArray("hostAliases");
            byAddress.forEach((ip, names) -> aliases.addObject().put("ip", ip).set("hostnames", names));
        }
    }

    private Map<String, String> dependencies() {
        Map<String, String> conditions = new LinkedHashMap<>();
        fields.take("depends_on").properties().forEach(each -> {
            Fields one = new Fields(each.getValue(), fields.path("depends_on") + "." + each.getKey(), converter::note);
            String condition = one.take("condition").asText();
            one.take("required");
            one.drop("restart", "a pod is not restarted because another is");
            one.close();
            conditions.put(each.getKey(), condition);
            if (condition.equals("service_completed_successfully")) {
                converter.note(
                        ("%s.%s: 'compose up' starts this service after the end of that one; applied together by kubectl,"
                                        + " both start at once")
                                .formatted(fields.path("depends_on"), each.getKey()));
            }
        });
        return conditions;
    }

    /** A container that ends when a healthy service answers: its name or its port does only while a pod is ready. */
    private ArrayNode waiting(Map<String, String> dependsOn) {
        ArrayNode containers = Converter.JSON.arrayNode();
        dependsOn.forEach((other, condition) -> {
            if (!condition.equals("service_healthy")) {
                return;
            }
            ObjectNode its = converter.service(other);
            String host = converter.label(other);
            Optional<String> port = Optional.empty();
            for (JsonNode each : its.path("ports")) {
                if (ServiceNetwork.protocol(each).equals("TCP")) {
                    port = port.or(() -> Optional.of(each.path("target").asText()));
                }
            }
            for (JsonNode each : its.path("expose")) {
                if (each.asText().matches("[0-9]+(/tcp)?")) {
                    port = port.or(() -> Optional.of(each.asText().replace("/tcp", "")));
                }
            }
            String test = port.map(number -> "nc -w 2 %s %s </dev/null".formatted(host, number))
                    .orElse("nslookup " + host);
            ObjectNode wait = containers.addObject();
            wait.put("name", Words.label("wait-for-" + host)).put("image", "busybox:1.36");
            wait.putArray("command").add("sh").add("-c").add("until " + test + " >/dev/null 2>&1; do sleep 1; done");
        });
        return containers;
    }

    private void placement() {
        Fields placement = deploy.nested("placement");
        for (JsonNode each : placement.take("constraints")) {
            Matcher parts = CONSTRAINT.matcher(each.asText());
            String key = parts.matches() ? label(String.valueOf(parts.group(1))) : "";
            if (key.isEmpty()) {
                converter.note("%s: '%s' has no equivalent".formatted(placement.path("constraints"), each.asText()));
            } else if ("==".equals(parts.group(2))) {
                nodeSelector(key, String.valueOf(parts.group(3)));
            } else {
                ArrayNode terms = pod.withObject(
                                "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution")
                        .withArray("nodeSelectorTerms");
                ObjectNode term = terms.isEmpty() ? terms.addObject() : (ObjectNode) terms.get(0);
                ObjectNode expression = term.withArray("matchExpressions").addObject();
                expression.put("key", key).put("operator", "NotIn");
                expression.putArray("values").add(String.valueOf(parts.group(3)));
            }
        }
        for (JsonNode each : placement.take("preferences")) {
            String key = label(each.path("spread").asText());
            if (key.isEmpty()) {
                converter.note("%s: '%s' has no equivalent"
                        .formatted(
                                placement.path("preferences"),
                                each.path("spread").asText()));
                continue;
            }
            ObjectNode spread = pod.withArray("topologySpreadConstraints").addObject();
            spread.put("maxSkew", 1).put("topologyKey", key).put("whenUnsatisfiable", "ScheduleAnyway");
            spread.putObject("labelSelector").set("matchLabels", converter.selector(name));
        }
        placement.close();
    }

    private static String label(String attribute) {
        return switch (attribute) {
            case "node.hostname" -> "kubernetes.io/hostname";
            case "node.platform.os" -> "kubernetes.io/os";
            case "node.platform.arch" -> "kubernetes.io/arch";
            default -> attribute.startsWith("node.labels.") ? attribute.substring("node.labels.".length()) : "";
        };
    }

    private ObjectNode controller(ObjectNode podSpec, ObjectNode annotations, boolean hasClaims) {
        String mode = deploy.text("mode").orElse("replicated");
        int replicas = deploy.text("replicas")
                .or(() -> fields.text("scale"))
                .map(text -> Words.number(Converter.JSON.textNode(text), deploy.path("replicas")))
                .orElse(1);
        fields.take("scale");
        Restart restart = restart();
        boolean ends = restart.ends() || converter.ends(name) || mode.endsWith("-job");
        String kind = ends ? "Job" : mode.startsWith("global") ? "DaemonSet" : "Deployment";
        if (mode.equals("global-job")) {
            converter.note("%s: it runs once, not once on each node".formatted(deploy.path("mode")));
        }
        ObjectNode object = converter.object(ends ? "batch/v1" : "apps/v1", kind, converter.label(name));
        object.withObject("/metadata/labels").put(Conversion.SERVICE, converter.label(name));
        ObjectNode spec = object.putObject("spec");
        if (ends) {
            podSpec.put("restartPolicy", restart.onFailure() ? "OnFailure" : "Never");
            spec.put("backoffLimit", restart.onFailure() ? restart.attempts() : 0);
            if (mode.endsWith("-job") && replicas > 1) {
                spec.put("completions", replicas).put("parallelism", replicas);
            }
        } else {
            if (kind.equals("Deployment")) {
                spec.put("replicas", replicas);
            }
            spec.putObject("selector").set("matchLabels", converter.selector(name));
            update(spec, kind, hasClaims);
        }
        ObjectNode template = spec.putObject("template");
        ObjectNode metadata = template.putObject("metadata");
        ObjectNode labels = converter.selector(name);
        if (converter.isDivided()) {
            converter.networks(name).forEach(network -> labels.put(Converter.networkLabel(network), "true"));
        }
        metadata.set("labels", labels);
        set(metadata, "annotations", annotations);
        template.set("spec", podSpec);
        return object;
    }

    /** What happens after the end of the container. */
    private record Restart(boolean ends, boolean onFailure, int attempts) {}

    /** A service that is not restarted ends, and so does one whose end others wait for. One restarted on failure is one that runs. */
    private Restart restart() {
        Fields policy = deploy.nested("restart_policy");
        String own = fields.text("restart").orElse("");
        String condition = policy.text("condition").orElse(own.isEmpty() ? "any" : own);
        Optional<String> limit =
                own.startsWith("on-failure:") ? Optional.of(own.substring(11)) : policy.text("max_attempts");
        int attempts = limit.map(text -> Words.number(Converter.JSON.textNode(text), policy.path("max_attempts")))
                .orElse(ATTEMPTS);
        policy.close();
        boolean awaited = converter.ends(name);
        return switch (condition.replaceFirst(":.*", "")) {
            case "no", "none" -> new Restart(true, false, 0);
            case "any", "always", "unless-stopped" -> new Restart(false, false, 0);
            case "on-failure" -> {
                if (!awaited) {
                    converter.note("%s: it is restarted after a success too; 'restart: \"no\"' makes a Job of what ends"
                            .formatted(fields.path("restart")));
                }
                yield new Restart(awaited, true, attempts);
            }
            default ->
                throw new ClientException(
                        "%s: invalid restart policy '%s'".formatted(fields.path("restart"), condition));
        };
    }

    private void update(ObjectNode spec, String kind, boolean hasClaims) {
        Fields update = deploy.nested("update_config");
        Optional<String> parallelism = update.text("parallelism");
        boolean startFirst = update.text("order").orElse("stop-first").equals("start-first");
        update.text("delay")
                .ifPresent(
                        text -> spec.put("minReadySeconds", Words.seconds(Words.duration(text, update.path("delay")))));
        if (hasClaims && kind.equals("Deployment")) {
            spec.putObject("strategy").put("type", "Recreate");
            parallelism.ifPresent(
                    each -> converter.note("%s: the old pods end before new ones start, because they have a volume"
                            .formatted(update.path("parallelism"))));
        } else if (parallelism.isPresent()) {
            int count = Words.number(Converter.JSON.textNode(parallelism.get()), update.path("parallelism"));
            ObjectNode rolling = spec.putObject(kind.equals("Deployment") ? "strategy" : "updateStrategy");
            rolling.put("type", "RollingUpdate");
            ObjectNode steps = rolling.putObject("rollingUpdate");
            if (count == 0) {
                steps.put("maxUnavailable", "100%");
            } else if (startFirst) {
                steps.put("maxSurge", count).put("maxUnavailable", 0);
            } else {
                steps.put("maxUnavailable", count).put("maxSurge", 0);
            }
        }
        update.close();
    }

    /** What is read elsewhere, or means nothing to a cluster; the rest is named. */
    private void take() {
        List.of("profiles", "attach", "develop", "extends").forEach(fields::take);
        List.of("endpoint_mode", "labels").forEach(deploy::take);
        fields.drop("init", "the cluster runs the container's own process as the first one");
        fields.drop("logging", "kubectl logs reads what the container prints");
        fields.drop("rollback_config", "see 'kubectl rollout undo'");
        fields.drop("stop_signal", "the signal is that of the image, or SIGTERM");
        deploy.close();
        fields.close();
    }
}
