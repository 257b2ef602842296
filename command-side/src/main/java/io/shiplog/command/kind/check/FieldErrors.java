package io.shiplog.command.kind.check;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Cause;
import io.shiplog.events.json.GoQuote;
import io.shiplog.events.object.ObjectKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Collects field errors with Kubernetes' messages.
 *
 * @see <a href="https://pkg.go.dev/k8s.io/apimachinery/pkg/util/validation/field">field.Error</a>
 */
public final class FieldErrors {
    /** Maximum errors in one refusal; the others appear when these are fixed. */
    public static final int MAX_CAUSES = 100;

    /** Maximum characters of all messages together, approximately; and of one. */
    public static final int MAX_CHARACTERS = 64 * 1024;

    /** Maximum characters of one value in a message; the value may be as large as the body. */
    public static final int MAX_SHOWN = 16 * 1024;

    private final List<Cause> causes = new ArrayList<>();
    private int characters;

    /** {@code spec.containers[0].name: Required value: <detail>}. */
    public void required(String field, String detail) {
        add("FieldValueRequired", field, "Required value" + (detail.isEmpty() ? "" : ": " + detail));
    }

    /** {@code metadata.name: Invalid value: "A": <detail>}. Text values are quoted, others are not. */
    public void invalid(String field, Object value, String detail) {
        if (takesMore()) {
            add("FieldValueInvalid", field, "Invalid value: " + shown(value) + (detail.isEmpty() ? "" : ": " + detail));
        }
    }

    /** {@code default: Invalid value: "array": <detail>}, for a value of another type. */
    public void typeInvalid(String field, Object value, String detail) {
        if (takesMore()) {
            add("FieldValueTypeInvalid", field, "Invalid value: " + shown(value) + ": " + detail);
        }
    }

    /** {@code spec.rules[0]: Invalid value: <detail>}, for a value that is not shown. */
    public void invalid(String field, String detail) {
        add("FieldValueInvalid", field, "Invalid value: " + detail);
    }

    /** {@code spec.type: Unsupported value: "X": supported values: "A", "B"}. */
    public void notSupported(String field, Object value, List<String> supported) {
        if (!takesMore()) {
            return;
        }
        String list = supported.stream().map(s -> "\"" + s + "\"").collect(Collectors.joining(", "));
        add(
                "FieldValueNotSupported",
                field,
                "Unsupported value: " + shown(value) + (list.isEmpty() ? "" : ": supported values: " + list));
    }

    /** {@code spec.ports[1].name: Duplicate value: "http"}. */
    public void duplicate(String field, Object value) {
        if (takesMore()) {
            add("FieldValueDuplicate", field, "Duplicate value: " + shown(value));
        }
    }

    /** {@code spec.taints[1]: Duplicate value: {"Key":"a",…}: <detail>}. */
    public void duplicate(String field, Object value, String detail) {
        if (takesMore()) {
            add("FieldValueDuplicate", field, "Duplicate value: " + shown(value) + ": " + detail);
        }
    }

    /** {@code spec: Forbidden: <detail>}. */
    public void forbidden(String field, String detail) {
        add("FieldValueForbidden", field, "Forbidden" + (detail.isEmpty() ? "" : ": " + detail));
    }

    /** {@code spec.volumes[0].name: Not found: "data"}. */
    public void notFound(String field, Object value) {
        if (takesMore()) {
            add("FieldValueNotFound", field, "Not found: " + shown(value));
        }
    }

    /** {@code data: Too long: may not be more than 1048576 bytes}. */
    public void tooLong(String field, int maxBytes) {
        add("FieldValueTooLong", field, "Too long: may not be more than " + maxBytes + " bytes");
    }

    /** {@code metadata.ownerReferences: Too many: 65: must have at most 64 items}. */
    public void tooMany(String field, int actual, int max) {
        add("FieldValueTooMany", field, "Too many: %d: must have at most %d items".formatted(actual, max));
    }

    /** Whether another error fits. Check it before building a message: a message costs as much as the value that it shows. */
    private boolean takesMore() {
        return causes.size() < MAX_CAUSES && characters < MAX_CHARACTERS;
    }

    /** Adds an error of others. */
    public void add(Cause cause) {
        add(cause.reason(), cause.field(), cause.message());
    }

    private void add(String reason, String field, String message) {
        if (takesMore()) {
            String shown = cut(message, MAX_CHARACTERS);
            causes.add(new Cause(reason, shown, field));
            characters += field.length() + shown.length();
        }
    }

    /** Adds all errors of others, sorted by what they say. */
    public void addSorted(FieldErrors others) {
        others.causes.stream()
                .sorted(Comparator.comparing(each -> each.field() + ": " + each.message()))
                .forEach(this::add);
    }

    /** The beginning of a longer text. Never half a surrogate pair: it is no Unicode. */
    private static String cut(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max) + "...";
    }

    private static String shown(Object value) {
        if (value instanceof String text) {
            return GoQuote.of(cut(text, MAX_SHOWN));
        }
        return cut(String.valueOf(value), MAX_SHOWN);
    }

    public boolean isEmpty() {
        return causes.isEmpty();
    }

    public List<Cause> causes() {
        return List.copyOf(causes);
    }

    /** {@code Deployment.apps "x" is invalid: [a: …, b: …]}; brackets only around more than one. */
    public Refusal refusal(String kind, ObjectKey key) {
        List<String> parts = causes.stream()
                .map(c -> c.field() + ": " + c.message())
                .distinct()
                .toList();
        String all = parts.size() == 1 ? parts.getFirst() : "[" + String.join(", ", parts) + "]";
        return new Refusal(
                Refusal.Reason.INVALID,
                "%s \"%s\" is invalid: %s".formatted(grouped(kind, key.type().group()), key.name(), all),
                key,
                kind,
                causes,
                0);
    }

    private static String grouped(String kind, String group) {
        return group.isEmpty() ? kind : kind + "." + group;
    }
}
