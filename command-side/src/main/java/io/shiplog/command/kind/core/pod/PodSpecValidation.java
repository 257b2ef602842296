package io.shiplog.command.kind.core.pod;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A pod's spec, on its own or in a template.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go">ValidatePodSpec</a>
 */
public final class PodSpecValidation {
    private static final List<String> RESTART_POLICIES = List.of("Always", "OnFailure", "Never");
    private static final List<String> DNS_POLICIES =
            List.of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
    private static final List<String> PREEMPTION_POLICIES = List.of("PreemptLowerPriority", "Never");
    private static final int MAX_NAMESERVERS = 3;
    private static final int MAX_SEARCHES = 32;
    private static final int MAX_SEARCH_BYTES = 2048;

    private PodSpecValidation() {}

    /** @param path {@code spec} or {@code spec.template.spec} */
    public static void validate(JsonNode spec, String path, FieldErrors errors) {
        VolumeValidation.validate(spec.path("volumes"), path + ".volumes", errors);
        new ContainerValidation(spec, path, errors).validate();
        Checks.oneOf(text(spec, "restartPolicy"), RESTART_POLICIES, path + ".restartPolicy", errors);
        Checks.oneOf(text(spec, "dnsPolicy"), DNS_POLICIES, path + ".dnsPolicy", errors);
        SeccompValidation.validate(
                Trees.at(spec, "securityContext", "seccompProfile"), path + ".securityContext.seccompProfile", errors);
        sysctls(Trees.at(spec, "securityContext", "sysctls"), path + ".securityContext.sysctls", errors);
        SchedulingValidation.validate(spec, path, errors);
        names(spec, path, errors);
        dns(spec, path, errors);
        hostAliases(spec.path("hostAliases"), path + ".hostAliases", errors);
        numbers(spec, path, errors);
        gates(spec, path, errors);
    }

    private static void names(JsonNode spec, String path, FieldErrors errors) {
        for (String field : List.of("serviceAccountName", "nodeName", "schedulerName", "priorityClassName")) {
            String name = text(spec, field);
            if (!name.isEmpty()) {
                Checks.each(Names.subdomain(name), path + "." + field, name, errors);
            }
        }
        for (String field : List.of("hostname", "subdomain")) {
            String name = text(spec, field);
            if (!name.isEmpty()) {
                Checks.each(Names.label(name), path + "." + field, name, errors);
            }
        }
        int index = 0;
        for (JsonNode secret : spec.path("imagePullSecrets")) {
            if (text(secret, "name").isEmpty()) {
                errors.required(path + ".imagePullSecrets[" + index + "].name", "");
            }
            index++;
        }
    }

    private static void dns(JsonNode spec, String path, FieldErrors errors) {
        JsonNode config = spec.path("dnsConfig");
        String at = path + ".dnsConfig";
        JsonNode nameservers = config.path("nameservers");
        if (text(spec, "dnsPolicy").equals("None")) {
            if (!config.isObject()) {
                errors.required(at, "must provide `dnsConfig` when `dnsPolicy` is None");
                return;
            }
            if (nameservers.isEmpty()) {
                errors.required(
                        at + ".nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None");
                return;
            }
        }
        if (nameservers.size() > MAX_NAMESERVERS) {
            errors.invalid(at + ".nameservers", nameservers, "must not have more than 3 nameservers");
        }
        int index = 0;
        for (JsonNode nameserver : nameservers) {
            Checks.ip(nameserver.asText(), at + ".nameservers[" + index++ + "]", errors);
        }
        if (config.path("searches").size() > MAX_SEARCHES) {
            errors.invalid(at + ".searches", config.path("searches"), "must not have more than 32 search paths");
        }
        searches(config.path("searches"), at + ".searches", errors);
        index = 0;
        for (JsonNode option : config.path("options")) {
            if (text(option, "name").isEmpty()) {
                errors.required(at + ".options[" + index + "]", "must not be empty");
            }
            index++;
        }
    }

    private static void sysctls(JsonNode sysctls, String path, FieldErrors errors) {
        Set<String> names = new HashSet<>();
        int index = 0;
        for (JsonNode sysctl : sysctls) {
            String at = path + "[" + index++ + "].name";
            String name = text(sysctl, "name");
            if (name.isEmpty()) {
                errors.required(at, "");
            } else if (!Names.isSysctl(name)) {
                errors.invalid(at, name, "must have at most 253 characters and match regex " + Names.SYSCTL_FORM);
            } else if (!names.add(name)) {
                errors.duplicate(at, name);
            }
        }
    }

    private static void searches(JsonNode searches, String path, FieldErrors errors) {
        if (String.join(" ", Trees.texts(searches)).getBytes(StandardCharsets.UTF_8).length > MAX_SEARCH_BYTES) {
            errors.invalid(
                    path,
                    searches,
                    "must not have more than " + MAX_SEARCH_BYTES
                            + " characters (including spaces) in the search list");
        }
        int index = 0;
        for (JsonNode search : searches) {
            String at = path + "[" + index++ + "]";
            String name = search.asText();
            if (!name.equals(".")) {
                String domain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
                Checks.each(Names.subdomainWithUnderscores(domain), at, domain, errors);
            }
        }
    }

    private static void hostAliases(JsonNode aliases, String path, FieldErrors errors) {
        int index = 0;
        for (JsonNode alias : aliases) {
            String at = path + "[" + index++ + "]";
            Checks.ip(text(alias, "ip"), at + ".ip", errors);
            int number = 0;
            for (JsonNode hostname : alias.path("hostnames")) {
                String field = at + ".hostnames[" + number++ + "]";
                Checks.each(Names.subdomain(hostname.asText()), field, hostname.asText(), errors);
            }
        }
    }

    private static void numbers(JsonNode spec, String path, FieldErrors errors) {
        JsonNode deadline = spec.path("activeDeadlineSeconds");
        if (deadline.isNumber() && (deadline.asLong() < 1 || deadline.asLong() > Integer.MAX_VALUE)) {
            errors.invalid(path + ".activeDeadlineSeconds", deadline, "must be between 1 and 2147483647, inclusive");
        }
        String preemption = text(spec, "preemptionPolicy");
        if (!preemption.isEmpty()) {
            Checks.oneOf(preemption, PREEMPTION_POLICIES, path + ".preemptionPolicy", errors);
        }
    }

    private static void gates(JsonNode spec, String path, FieldErrors errors) {
        int index = 0;
        for (JsonNode gate : spec.path("readinessGates")) {
            String type = text(gate, "conditionType");
            Checks.each(Names.qualified(type), path + ".readinessGates[" + index++ + "].conditionType", type, errors);
        }
        Set<String> names = new HashSet<>();
        index = 0;
        for (JsonNode gate : spec.path("schedulingGates")) {
            String at = path + ".schedulingGates[" + index++ + "]";
            String name = text(gate, "name");
            Checks.each(Names.qualified(name), at, name, errors);
            if (!names.add(name)) {
                errors.duplicate(at, name);
            }
        }
        if (!names.isEmpty() && !text(spec, "nodeName").isEmpty()) {
            errors.forbidden(path + ".nodeName", "cannot be set until all schedulingGates have been cleared");
        }
    }
}
