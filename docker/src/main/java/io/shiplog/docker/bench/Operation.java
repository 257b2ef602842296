package io.shiplog.docker.bench;

import java.util.Locale;

/** What can be measured, by its name in {@code --ops}. */
enum Operation {
    CREATE,
    GET,
    UPDATE,
    PATCH,
    APPLY,
    LIST,
    LIST_PAGE,
    WATCH,
    DELETE;

    static Operation of(String text) {
        for (Operation each : values()) {
            if (each.word().equals(text)) {
                return each;
            }
        }
        throw new IllegalArgumentException("--ops knows no " + text);
    }

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
