package io.shiplog.command.kind.apiregistration;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;

/**
 * APIServices: who serves a group's version. Those without a Service are served by this API server; requests are not forwarded to
 * others yet.
 *
 * @see <a
 *     href="https://github.com/kubernetes/kube-aggregator/blob/master/pkg/apis/apiregistration/validation/validation.go">ValidateAPIService</a>
 */
public final class ApiServiceKind implements Kind {
    private static final int HTTPS = 443;
    private static final int MAX_GROUP_PRIORITY = 20_000;
    private static final int MAX_VERSION_PRIORITY = 1_000;
    private static final List<String> STATUSES = List.of("True", "False", "Unknown");

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            MetaColumns.text(
                    "Service",
                    "The reference to the service that hosts this API endpoint.",
                    (api, now) -> service(Trees.at(api, "spec", "service"))),
            MetaColumns.text(
                    "Available",
                    "Whether this service is available.",
                    (api, now) -> available(Trees.at(api, "status", "conditions"))),
            MetaColumns.AGE);

    private static String service(JsonNode service) {
        return service.isObject() ? text(service, "namespace") + "/" + text(service, "name") : "Local";
    }

    private static String available(JsonNode conditions) {
        for (JsonNode condition : conditions) {
            if (text(condition, "type").equals("Available")) {
                String status = text(condition, "status");
                String reason = text(condition, "reason");
                return status.equals("True") || reason.isEmpty() ? status : "%s (%s)".formatted(status, reason);
            }
        }
        return "Unknown";
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft("apiregistration.k8s.io", "v1", "APIService", "apiservices", Scope.CLUSTER)
                .columns(COLUMNS)
                .categories("api-extensions")
                .subresources("status")
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    /** The name must also be the version and the group, which {@link #validate} checks. */
    @Override
    public List<String> nameErrors(String name) {
        return Names.pathSegment(name);
    }

    @Override
    public void setDefaults(ObjectNode api) {
        if (Trees.object(api, "spec").get("service") instanceof ObjectNode service) {
            Trees.defaultNumber(service, "port", HTTPS);
        }
    }

    @Override
    public void prepareForCreate(ObjectNode api, DecidedState state) {
        ObjectNode status = api.putObject("status");
        if (!Trees.at(api, "spec", "service").isObject()) {
            status.putArray("conditions")
                    .addObject()
                    .put("type", "Available")
                    .put("status", "True")
                    .put(
                            "lastTransitionTime",
                            state.now().truncatedTo(ChronoUnit.SECONDS).toString())
                    .put("reason", "Local")
                    .put("message", "Local APIServices are always available");
        }
    }

    @Override
    public void validate(ObjectNode api, FieldErrors errors) {
        JsonNode spec = api.path("spec");
        String group = text(spec, "group");
        String version = text(spec, "version");
        String name = Trees.name(api);
        String required = version + "." + group;
        if (!name.isEmpty() && Names.pathSegment(name).isEmpty() && !name.equals(required)) {
            errors.invalid("metadata.name", name, "must be `spec.version+\".\"+spec.group`: \"" + required + "\"");
        }
        if (group.isEmpty() && !version.equals("v1")) {
            errors.required("spec.group", "only v1 may have an empty group and it better be legacy kube");
        }
        if (!group.isEmpty()) {
            Checks.each(Names.subdomain(group), "spec.group", group, errors);
        }
        Checks.each(Names.label1035(version), "spec.version", version, errors);
        priority(spec, "groupPriorityMinimum", MAX_GROUP_PRIORITY, errors);
        priority(spec, "versionPriority", MAX_VERSION_PRIORITY, errors);
        if (spec.path("service").isObject()) {
            remote(spec, errors);
        } else {
            local(spec, errors);
        }
    }

    private static void priority(JsonNode spec, String field, int max, FieldErrors errors) {
        int priority = spec.path(field).asInt();
        if (priority <= 0 || priority > max) {
            errors.invalid("spec." + field, priority, "must be positive and less than " + max);
        }
    }

    private static void local(JsonNode spec, FieldErrors errors) {
        String bundle = text(spec, "caBundle");
        if (!bundle.isEmpty()) {
            errors.invalid(
                    "spec.caBundle",
                    Base64.getMimeDecoder().decode(bundle).length + " bytes",
                    "local APIServices may not have a caBundle");
        }
        if (spec.path("insecureSkipTLSVerify").asBoolean()) {
            errors.invalid("spec.insecureSkipTLSVerify", true, "local APIServices may not have insecureSkipTLSVerify");
        }
    }

    private static void remote(JsonNode spec, FieldErrors errors) {
        JsonNode service = spec.path("service");
        for (String field : List.of("namespace", "name")) {
            if (text(service, field).isEmpty()) {
                errors.required("spec.service." + field, "");
            }
        }
        int port = service.path("port").asInt();
        List<String> wrong = Names.port(port);
        if (!wrong.isEmpty()) {
            errors.invalid("spec.service.port", port, "port is not valid: " + String.join(", ", wrong));
        }
        if (spec.path("insecureSkipTLSVerify").asBoolean()
                && !text(spec, "caBundle").isEmpty()) {
            errors.invalid("spec.insecureSkipTLSVerify", true, "may not be true if caBundle is present");
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode api, ObjectNode old, FieldErrors errors) {
        int index = 0;
        for (JsonNode condition : Trees.at(api, "status", "conditions")) {
            String path = "status.conditions[" + index++ + "].status";
            String status = text(condition, "status");
            if (!STATUSES.contains(status)) {
                errors.notSupported(path, status, STATUSES);
            }
        }
    }
}
