package io.shiplog.node.server;

import io.shiplog.node.engine.ContainerEngine.LogRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a log request. Pure.
 *
 * @param limitBytes -1 for all
 * @see <a
 *     href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod">read
 *     log</a>
 */
record LogOptions(
        boolean follow,
        boolean previous,
        boolean timestamps,
        int tail,
        long limitBytes,
        @Nullable Instant since) {

    /**
     * Parses a query.
     *
     * @throws IllegalArgumentException with the error
     */
    static LogOptions parse(@Nullable String query, Instant now) {
        Map<String, String> values = new HashMap<>();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        long tail = number(values, "tailLines", 0);
        long limit = number(values, "limitBytes", 1);
        long seconds = number(values, "sinceSeconds", 1);
        String time = values.getOrDefault("sinceTime", "");
        if (seconds >= 0 && !time.isEmpty()) {
            throw new IllegalArgumentException("at most one of sinceTime or sinceSeconds may be specified");
        }
        return new LogOptions(
                truth(values, "follow"),
                truth(values, "previous"),
                truth(values, "timestamps"),
                (int) Math.min(tail, Integer.MAX_VALUE),
                limit,
                seconds >= 0 ? now.minusSeconds(seconds) : time.isEmpty() ? null : moment(time));
    }

    private static boolean truth(Map<String, String> values, String name) {
        String value = values.getOrDefault(name, "false");
        return value.equals("true") || value.equals("1");
    }

    private static long number(Map<String, String> values, String name, long least) {
        String value = values.getOrDefault(name, "");
        if (value.isEmpty()) {
            return -1;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + ": Invalid value: \"" + value + "\": must be an integer", e);
        }
        throw new IllegalArgumentException(
                name + ": Invalid value: " + value + ": must be greater than or equal to " + least);
    }

    private static Instant moment(String time) {
        try {
            return OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "sinceTime: Invalid value: \"" + time + "\": must be an RFC 3339 time", e);
        }
    }

    LogRequest request() {
        return new LogRequest(follow, since, tail);
    }
}
