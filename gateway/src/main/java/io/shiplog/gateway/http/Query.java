package io.shiplog.gateway.http;

import io.shiplog.events.command.Refusal;
import io.shiplog.gateway.outcome.Checked;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The query parameters of a request. */
public record Query(MultiMap values) {
    public static final Query NONE = new Query(MultiMap.caseInsensitiveMultiMap());

    /** The parameters of a request; refused if an escape is invalid. */
    public static Checked<Query> of(HttpServerRequest request) {
        if (request.query() == null) {
            return Checked.ok(NONE);
        }
        try {
            return Checked.ok(new Query(request.params()));
        } catch (IllegalArgumentException e) {
            return Checked.bad("invalid URL escape in the query");
        }
    }

    /** The first value, or empty. */
    public String text(String name) {
        String value = values.get(name);
        return value == null ? "" : value;
    }

    public boolean has(String name) {
        return values.contains(name);
    }

    public List<String> all(String name) {
        return values.getAll(name);
    }

    /** True for {@code true}, {@code 1}, and for the parameter without a value; like Go's conversion of query parameters. */
    public boolean flag(String name) {
        String value = values.get(name);
        return value != null && !value.equalsIgnoreCase("false") && !value.equals("0");
    }

    /** A whole number, null if absent. */
    public Checked<OptionalValue<Long>> number(String name) {
        String value = text(name);
        if (value.isEmpty()) {
            return Checked.ok(new OptionalValue<>(null));
        }
        try {
            return Checked.ok(new OptionalValue<>(Long.parseLong(value)));
        } catch (NumberFormatException e) {
            return Checked.refused(Refusal.of(
                    Refusal.Reason.BAD_REQUEST,
                    "%s: Invalid value: \"%s\": strconv.ParseInt: parsing \"%s\": invalid syntax"
                            .formatted(name, value, value)));
        }
    }

    /** A value that may be absent. */
    public record OptionalValue<T>(@Nullable T value) {}
}
