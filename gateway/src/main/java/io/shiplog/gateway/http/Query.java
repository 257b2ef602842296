package io.shiplog.gateway.http;

import io.shiplog.gateway.outcome.Checked;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The query parameters of a request. */
public record Query(MultiMap values) {
    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+");

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

    /** A whole number, null if absent. A parameter without a value is no number, as for Go's conversion of query parameters. */
    public Checked<OptionalValue<Long>> number(String name) {
        String value = values.get(name);
        if (value == null) {
            return Checked.ok(new OptionalValue<>(null));
        }
        if (!NUMBER.matcher(value).matches()) {
            return Checked.bad("strconv.ParseInt: parsing \"%s\": invalid syntax".formatted(value));
        }
        try {
            return Checked.ok(new OptionalValue<>(Long.parseLong(value)));
        } catch (NumberFormatException e) {
            return Checked.bad("strconv.ParseInt: parsing \"%s\": value out of range".formatted(value));
        }
    }

    /** This query, if the parameters with these names are absent or whole numbers. */
    public Checked<Query> numbers(String... names) {
        Checked<Query> checked = Checked.ok(this);
        for (String name : names) {
            checked = checked.then(same -> number(name).map(any -> this));
        }
        return checked;
    }

    /** A value that may be absent. */
    public record OptionalValue<T>(@Nullable T value) {}
}
