package io.shiplog.docker.story;

import io.shiplog.events.log.Event;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** One event as one line: when, which revision, who, what happened, to which object. */
public final class EventLine {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT);
    private static final String CONTROLLER = "system:serviceaccount:kube-system:";

    private final ZoneId zone;

    /** @param zone in which times are shown */
    public EventLine(ZoneId zone) {
        this.zone = zone;
    }

    /** {@code 2026-11-22 03:12:07.123  #42  kubernetes-admin  created  pod shop/web-1  on n1}. */
    public String of(Event event) {
        String where = event.key().namespace().isEmpty()
                ? event.key().name()
                : event.key().namespace() + "/" + event.key().name();
        String line = "%s  %-8s %-28s %-20s %s %s"
                .formatted(
                        TIME.format(event.time().atZone(zone)),
                        "#" + event.revision(),
                        actor(event.actor()),
                        event.type().happened(),
                        event.type().subject(),
                        where);
        return event.node() == null ? line : line + "  on " + event.node();
    }

    /** Controllers are known by their own names; everybody else by the whole one. */
    private static String actor(String actor) {
        return actor.startsWith(CONTROLLER) ? actor.substring(CONTROLLER.length()) : actor;
    }
}
