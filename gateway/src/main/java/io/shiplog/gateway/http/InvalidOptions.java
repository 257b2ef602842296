package io.shiplog.gateway.http;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Cause;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.outcome.Checked;
import java.util.List;
import java.util.Locale;

/** Refusals of query parameters that Kubernetes validates as an object of its own, as {@code ListOptions.meta.k8s.io}. */
public final class InvalidOptions {
    private InvalidOptions() {}

    /**
     * A parameter with an invalid value.
     *
     * @param kind of the options: ListOptions, CreateOptions, ...
     * @param reason of the cause, as {@code FieldValueForbidden}
     */
    public static <T> Checked<T> of(String kind, String field, String reason, String message) {
        return of(kind, List.of(new Cause(reason, message, field)));
    }

    /**
     * Parameters with invalid values.
     *
     * @param causes one or more
     */
    static <T> Checked<T> of(String kind, List<Cause> causes) {
        List<String> sentences = causes.stream()
                .map(cause -> cause.field() + ": " + cause.message())
                .toList();
        return Checked.refused(new Refusal(
                Reason.INVALID,
                "%s.meta.k8s.io \"\" is invalid: %s"
                        .formatted(
                                kind,
                                sentences.size() == 1
                                        ? sentences.getFirst()
                                        : "[" + String.join(", ", sentences) + "]"),
                ObjectKey.clusterScoped(new ResourceType("meta.k8s.io", kind.toLowerCase(Locale.ROOT)), ""),
                kind,
                causes,
                0));
    }

    /** A parameter whose value is not one of a list. Both are written as Kubernetes prints them, with quotation marks. */
    public static <T> Checked<T> unsupported(String kind, String field, String value, String supported) {
        return of(
                kind,
                field,
                "FieldValueNotSupported",
                "Unsupported value: %s: supported values: %s".formatted(value, supported));
    }
}
