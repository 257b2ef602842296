package io.shiplog.command.kind.core.pod;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.events.kind.Quantity;
import java.util.List;

/** Requests and limits of a container. */
public final class ResourceValidation {
    private static final List<String> STANDARD = List.of("cpu", "memory", "ephemeral-storage");
    private static final String HUGE_PAGES = "hugepages-";

    private ResourceValidation() {}

    /** {@code v1.ResourceRequirements}. */
    public static void validate(JsonNode resources, String path, FieldErrors errors) {
        JsonNode limits = resources.path("limits");
        limits.properties().forEach(e -> quantity(e.getKey(), e.getValue(), path + ".limits", errors));
        resources.path("requests").properties().forEach(request -> {
            String name = request.getKey();
            quantity(name, request.getValue(), path + ".requests", errors);
            JsonNode limit = limits.path(name);
            Quantity asked = Quantity.parseOrNull(request.getValue().asText());
            Quantity allowed = Quantity.parseOrNull(limit.asText());
            if (asked == null || allowed == null) {
                overcommitted(name, path, errors);
                return;
            }
            if (!isStandard(name) && !asked.equals(allowed)) {
                errors.invalid(
                        path + ".requests",
                        asked.toString(),
                        "must be equal to %s limit of %s".formatted(name, allowed));
            } else if (asked.compareTo(allowed) > 0) {
                errors.invalid(
                        path + ".requests",
                        asked.toString(),
                        "must be less than or equal to %s limit of %s".formatted(name, allowed));
            }
        });
    }

    /** Huge pages and devices cannot be overcommitted: the request must equal the limit. */
    private static void overcommitted(String name, String path, FieldErrors errors) {
        if (!isStandard(name)) {
            errors.required(path + ".limits", "Limit must be set for non overcommitable resources");
        }
    }

    private static boolean isStandard(String name) {
        return STANDARD.contains(name);
    }

    private static void quantity(String name, JsonNode value, String path, FieldErrors errors) {
        String at = path + "[" + name + "]";
        if (!name.contains("/")) {
            if (!isStandard(name) && !name.startsWith(HUGE_PAGES)) {
                errors.invalid(path, name, "must be a standard resource type or fully qualified");
                errors.invalid(path, name, "must be a standard resource for containers");
            }
        } else {
            Checks.each(Names.qualified(name), path, name, errors);
        }
        Quantity quantity = Quantity.parseOrNull(value.asText());
        if (quantity == null) {
            errors.invalid(at, value.asText(), Quantity.FORMAT_WRONG);
        } else if (quantity.signum() < 0) {
            errors.invalid(at, quantity.toString(), "must be greater than or equal to 0");
        } else if (name.contains("/") && quantity.milliValue() % 1000 != 0) {
            errors.invalid(at, quantity.toString(), "must be an integer");
        }
    }
}
