package io.shiplog.docker.history.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.projections.history.Users;
import io.shiplog.projections.history.text.ChangeText;
import io.shiplog.projections.history.text.ChangeText.Shown;
import java.time.ZoneId;

/** A Cause as text: the verdict, then one line per event, with the scheduler's reasons below its decision. */
public final class WhyText {
    private static final String BENEATH = "      ";

    private final ChangeLine line;

    /** @param zone of displayed times */
    public WhyText(ZoneId zone) {
        this.line = new ChangeLine(zone, Shown.PLAIN);
    }

    /** The text of a Cause's status. */
    public String of(JsonNode status) {
        StringBuilder text = new StringBuilder();
        status.path("verdict")
                .asText("")
                .lines()
                .forEach(each -> text.append(ChangeText.line(each)).append('\n'));
        if (!text.isEmpty()) {
            text.append('\n');
        }
        for (JsonNode step : status.path("chain")) {
            text.append(step.path("part").asText().equals("told") ? told(step) : event(step))
                    .append('\n');
            ended(text, step.path("ended"));
            decision(text, step.path("scheduling"));
        }
        if (status.has("scheduling")) {
            text.append("It has no node yet. The scheduler would decide now:\n");
            decision(text, status.path("scheduling"));
        }
        return text.toString();
    }

    private String event(JsonNode step) {
        ObjectNode change = step.deepCopy();
        change.putObject("metadata").put("name", step.path("revision").asText());
        String manager = step.path("fieldManager").asText("");
        // A controller's manager is the controller itself.
        return line.of(change)
                + (manager.isEmpty() || !Users.asked(step) ? "" : "  [" + ChangeText.line(manager) + "]");
    }

    private String told(JsonNode step) {
        return "%s  %-8s %-28s %-18s %s"
                .formatted(
                        line.time(step.path("time").asText()),
                        "",
                        ChangeText.line(ChangeText.asked(step)),
                        ChangeText.line(step.path("reason").asText()),
                        ChangeText.line(step.path("message").asText()));
    }

    /** {@code container app ended: OOMKilled, exit code 137, SIGKILL}, and its termination message. */
    private static void ended(StringBuilder text, JsonNode ends) {
        for (JsonNode end : ends) {
            text.append(BENEATH)
                    .append(ChangeText.line("container %s ended: %s, %s"
                            .formatted(
                                    end.path("container").asText(),
                                    end.path("reason").asText(),
                                    end.path("how").asText())))
                    .append('\n');
            beneath(text, end.path("message").asText(""));
        }
    }

    private static void beneath(StringBuilder text, String words) {
        words.lines()
                .forEach(each -> text.append(BENEATH)
                        .append("  ")
                        .append(ChangeText.line(each))
                        .append('\n'));
    }

    private static void decision(StringBuilder text, JsonNode decision) {
        if (decision.isObject()) {
            ScheduleText.lines(decision)
                    .forEach(each -> text.append(BENEATH).append(each).append('\n'));
        }
    }
}
