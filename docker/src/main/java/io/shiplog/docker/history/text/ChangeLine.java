package io.shiplog.docker.history.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.projections.history.text.ChangeText;
import io.shiplog.projections.history.text.ChangeText.Shown;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** One change as one line: time, revision, user, change type, object, changed fields. */
public final class ChangeLine {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSXXX", Locale.ROOT);

    private final ZoneId zone;
    private final Shown shown;

    /** @param zone of displayed times */
    public ChangeLine(ZoneId zone, Shown shown) {
        this.zone = zone;
        this.shown = shown;
    }

    /** {@code 2026-11-22 03:12:07.123Z  #42  alice  scaled  deployment shop/web  .spec.replicas: 2→0}. */
    public String of(JsonNode change) {
        String revision = "#" + change.path("metadata").path("name").asText();
        if (change.has("unreadable")) {
            return "%s  %-8s %s"
                    .formatted(
                            " ".repeat(time(Instant.EPOCH.toString()).length()),
                            revision,
                            change.path("unreadable").asText());
        }
        return "%s  %-8s %-28s %-18s %-34s %s"
                .formatted(
                        time(change.path("time").asText()),
                        revision,
                        ChangeText.line(ChangeText.asked(change)),
                        ChangeText.happened(change),
                        object(change.path("object")),
                        ChangeText.fields(change, shown))
                .stripTrailing();
    }

    /** A time in the zone. */
    public String time(String instant) {
        return TIME.format(Instant.parse(instant).atZone(zone));
    }

    /** {@code deployment shop/web}. */
    public static String object(JsonNode object) {
        String namespace = object.path("namespace").asText("");
        String name = object.path("name").asText();
        return ChangeText.line(object.path("kind").asText().toLowerCase(Locale.ROOT)
                + " "
                + (namespace.isEmpty() ? name : namespace + "/" + name));
    }
}
