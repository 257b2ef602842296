package io.shiplog.gateway.http;

import io.shiplog.events.command.ManagerNames;
import io.shiplog.events.command.Refusal.Cause;
import io.shiplog.events.json.GoQuote;
import io.shiplog.gateway.outcome.Checked;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names of field managers.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers">Managers</a>
 */
public final class FieldManagers {
    private static final String FIELD = "fieldManager";

    private FieldManagers() {}

    /** The name for a client that gives none: its User-Agent up to the first slash, without characters that cannot be printed. */
    static String ofUserAgent(@Nullable String agent) {
        StringBuilder name = new StringBuilder();
        int bytes = 0;
        String first = agent == null ? "" : agent.split("/", 2)[0];
        for (int c : first.codePoints().toArray()) {
            if (!GoQuote.isPrintable(c)) {
                continue;
            }
            bytes += Character.toString(c).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > ManagerNames.MAX_BYTES) {
                break;
            }
            name.appendCodePoint(c);
        }
        return name.toString();
    }

    /**
     * Checks a name given by a client.
     *
     * @param kind of the options, for messages: CreateOptions, UpdateOptions, PatchOptions
     */
    public static Checked<String> checked(String name, String kind) {
        List<Cause> causes = new ArrayList<>();
        if (ManagerNames.isTooLong(name)) {
            causes.add(new Cause(
                    "FieldValueTooLong",
                    "Too long: may not be more than %d bytes".formatted(ManagerNames.MAX_BYTES),
                    FIELD));
        }
        ManagerNames.unprintable(name)
                .forEach(wrong -> causes.add(new Cause(
                        "FieldValueInvalid", "Invalid value: %s: %s".formatted(GoQuote.of(name), wrong), FIELD)));
        return causes.isEmpty() ? Checked.ok(name) : InvalidOptions.of(kind, causes);
    }
}
