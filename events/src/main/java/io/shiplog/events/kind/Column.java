package io.shiplog.events.kind;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * A column of {@code kubectl get}.
 *
 * @param type {@code string}, {@code integer}, {@code number}, {@code boolean} or {@code date}
 * @param format an OpenAPI format, {@code name} for the column that names the object, else empty
 * @param priority 0 is always shown, more only with {@code -o wide}
 * @param cell what the column shows of an object
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables">Tables</a>
 */
public record Column(String name, String type, String format, String description, int priority, Cell cell) {

    /** A cell's value: a pure function of the object and of now (for ages). */
    @FunctionalInterface
    public interface Cell {
        /** Returns a String, Integer, Long or Boolean; {@code <none>} and {@code <unknown>} as kubectl prints them. */
        Object value(JsonNode object, Instant now);
    }
}
