package io.shiplog.docker.history.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.history.query.Scope;
import io.shiplog.projections.history.diff.Noise;
import io.shiplog.projections.history.text.ChangeText;
import io.shiplog.projections.history.text.ChangeText.Shown;
import io.shiplog.projections.history.text.SecretMask;

/** An Undo as lines: one per command, with the restored values; the conflicts; the omissions. */
public final class UndoText {
    private UndoText() {}

    /** The text of an Undo's status. */
    public static String of(JsonNode status, Shown shown) {
        StringBuilder text = new StringBuilder();
        for (JsonNode command : status.path("commands")) {
            line(text, command.path("verb").asText(), ChangeLine.object(command.path("object")));
            boolean masked = !shown.secrets() && SecretMask.covers(command.path("object"));
            for (JsonNode field : command.path("fields")) {
                if (!shown.everything() && Noise.isNoise(field.path("path").asText(""))) {
                    continue;
                }
                text.append("         ").append(ChangeText.field(field, masked)).append('\n');
            }
            if (command.has("refusal")) {
                text.append("         would be refused: ")
                        .append(ChangeText.line(command.path("refusal").asText()))
                        .append('\n');
            }
        }
        for (JsonNode conflict : status.path("conflicts")) {
            line(
                    text,
                    "REFUSED",
                    ChangeLine.object(conflict.path("object")) + ": "
                            + conflict.path("message").asText());
        }
        status.path("notes").forEach(note -> line(text, "note", note.asText()));
        if (status.path("commands").isEmpty() && status.path("conflicts").isEmpty()) {
            text.append("nothing to undo\n");
        }
        return text.toString();
    }

    /** The message after the commands were sent. */
    public static String done(JsonNode status, Scope scope) {
        int all = status.path("commands").size();
        int refused = refused(status);
        String count = refused == 0 ? String.valueOf(all) : (all - refused) + " of " + all;
        return "%sundone by %s %s; 'kubectl shiplog log %s --command %s' shows the result"
                .formatted(
                        refused == 0 ? "" : ends(status),
                        count,
                        all == 1 ? "command" : "commands",
                        scope.option(),
                        status.path("correlation").asText());
    }

    /** The result of each command, one line each. */
    private static String ends(JsonNode status) {
        StringBuilder text = new StringBuilder();
        for (JsonNode command : status.path("commands")) {
            String what = command.path("verb").asText() + " " + ChangeLine.object(command.path("object"));
            if (command.has("refusal")) {
                line(
                        text,
                        "REFUSED",
                        what + ": " + ChangeText.line(command.path("refusal").asText()));
            } else {
                line(text, "done", what);
            }
        }
        return text.toString();
    }

    /** How many commands were refused. */
    public static int refused(JsonNode status) {
        int refused = 0;
        for (JsonNode command : status.path("commands")) {
            refused += command.has("refusal") ? 1 : 0;
        }
        return refused;
    }

    private static void line(StringBuilder text, String word, String rest) {
        text.append("%-8s ".formatted(word)).append(rest).append('\n');
    }
}
