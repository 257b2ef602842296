package io.shiplog.command.kind.core.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.tree.Trees;
import java.util.List;

/** Probes and lifecycle hooks of a container. */
public final class ProbeValidation {
    private static final List<String> SCHEMES = List.of("HTTP", "HTTPS");
    private static final List<String> PROBE_HANDLERS = List.of("exec", "httpGet", "tcpSocket", "grpc");
    private static final List<String> HOOK_HANDLERS = List.of("exec", "httpGet", "tcpSocket", "sleep");

    private ProbeValidation() {}

    static void validateAll(JsonNode container, long gracePeriod, String path, FieldErrors errors) {
        JsonNode lifecycle = container.path("lifecycle");
        for (String hook : List.of("postStart", "preStop")) {
            if (lifecycle.has(hook)) {
                handler(lifecycle.path(hook), HOOK_HANDLERS, gracePeriod, path + ".lifecycle." + hook, errors);
            }
        }
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.has(probe)) {
                validate(container.path(probe), probe, gracePeriod, path + "." + probe, errors);
            }
        }
    }

    private static void validate(JsonNode probe, String which, long gracePeriod, String path, FieldErrors errors) {
        handler(probe, PROBE_HANDLERS, gracePeriod, path, errors);
        for (String number : List.of(
                "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")) {
            Checks.notNegative(probe.path(number), path + "." + number, errors);
        }
        JsonNode grace = probe.path("terminationGracePeriodSeconds");
        if (which.equals("readinessProbe")) {
            if (!grace.isMissingNode()) {
                errors.invalid(path + ".terminationGracePeriodSeconds", grace, "must not be set for readinessProbes");
            }
            return;
        }
        if (!grace.isMissingNode() && grace.asLong() <= 0) {
            errors.invalid(path + ".terminationGracePeriodSeconds", grace, "must be greater than 0");
        }
        JsonNode successes = probe.path("successThreshold");
        if (successes.asInt(1) != 1) {
            errors.invalid(path + ".successThreshold", successes, "must be 1");
        }
    }

    private static void handler(
            JsonNode owner, List<String> handlers, long gracePeriod, String path, FieldErrors errors) {
        String found = "";
        for (String handler : handlers) {
            if (!owner.has(handler)) {
                continue;
            }
            if (!found.isEmpty()) {
                errors.forbidden(path + "." + handler, "may not specify more than 1 handler type");
                continue;
            }
            found = handler;
            action(handler, owner.path(handler), gracePeriod, path + "." + handler, errors);
        }
        if (found.isEmpty()) {
            errors.required(path, "must specify a handler type");
        }
    }

    private static void action(String handler, JsonNode action, long gracePeriod, String path, FieldErrors errors) {
        switch (handler) {
            case "exec" -> {
                if (action.path("command").isEmpty()) {
                    errors.required(path + ".command", "");
                }
            }
            case "httpGet" -> httpGet(action, path, errors);
            case "sleep" -> {
                long seconds = action.path("seconds").asLong();
                if (seconds < 0 || seconds > gracePeriod) {
                    errors.invalid(
                            path,
                            seconds,
                            "must be non-negative and less than terminationGracePeriodSeconds (" + gracePeriod + ")");
                }
            }
            default -> Checks.portNumberOrName(action.path("port"), path + ".port", errors);
        }
    }

    private static void httpGet(JsonNode get, String path, FieldErrors errors) {
        if (Trees.text(get, "path").isEmpty()) {
            errors.required(path + ".path", "");
        }
        Checks.portNumberOrName(get.path("port"), path + ".port", errors);
        String scheme = Trees.text(get, "scheme");
        if (!SCHEMES.contains(scheme)) {
            errors.notSupported(path + ".scheme", scheme, SCHEMES);
        }
        for (JsonNode header : get.path("httpHeaders")) {
            String name = Trees.text(header, "name");
            Checks.each(Names.httpHeader(name), path + ".httpHeaders", name, errors);
        }
    }
}
