package io.shiplog.docker.history.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** A scheduling decision as lines: the decision and, for each node, every objection or every score. */
public final class ScheduleText {
    private ScheduleText() {}

    /** The lines of a ScheduleReview's status. */
    public static List<String> lines(JsonNode decision) {
        List<String> lines = new ArrayList<>(List.of(decided(decision)));
        List<List<String>> rows = new ArrayList<>(List.of(List.of("NODE", "VERDICT", "SCORE", "WHY")));
        decision.path("nodes").forEach(node -> rows.add(row(node, chosen(decision))));
        Table.aligned(rows).lines().forEach(lines::add);
        for (JsonNode node : decision.path("preemption")) {
            lines.add("room on %s: %s"
                    .formatted(
                            node.path("name").asText(),
                            node.path("victims").isEmpty()
                                    ? texts(node.path("reasons"))
                                    : pods(node.path("victims")) + " would go"));
        }
        return lines;
    }

    private static String chosen(JsonNode decision) {
        return decision.path("decision").asText().equals("OnNode")
                ? decision.path("node").asText()
                : "";
    }

    private static String decided(JsonNode decision) {
        String node = decision.path("node").asText();
        return switch (decision.path("decision").asText()) {
            case "OnNode" ->
                "on " + node
                        + switch (decision.path("choice").asText()) {
                            case "OnlyOne" -> ", the only node that it fits on";
                            case "Nominated" -> ", where pods were preempted for it";
                            case "Score" -> ", which has the greatest score";
                            default -> ", chosen by tie breaker among those with the greatest score";
                        };
            case "ByPreemption" ->
                "%s Preempting on %s: %s must be evicted."
                        .formatted(decision.path("message").asText(), node, pods(decision.path("victims")));
            default ->
                decision.path("message").asText()
                        + (decision.path("waitsForRoom").asBoolean() ? " Preemption is in progress for it." : "");
        };
    }

    private static List<String> row(JsonNode node, String chosen) {
        String name = node.path("name").asText();
        if (!node.path("fits").asBoolean()) {
            List<String> objections = new ArrayList<>();
            node.path("objections")
                    .forEach(each -> objections.add(each.path("plugin").asText() + ": " + texts(each.path("reasons"))));
            return List.of(name, "refused", "", String.join("; ", objections));
        }
        List<String> scores = new ArrayList<>();
        node.path("scores")
                .forEach(each -> scores.add("%s %d×%d"
                        .formatted(
                                each.path("plugin").asText(),
                                each.path("score").asInt(),
                                each.path("weight").asInt())));
        return List.of(
                name,
                name.equals(chosen) ? "chosen" : "fits",
                node.path("total").asText(""),
                String.join(", ", scores));
    }

    private static String texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(each -> texts.add(each.asText()));
        return String.join(", ", texts);
    }

    private static String pods(JsonNode list) {
        List<String> pods = new ArrayList<>();
        list.forEach(each -> pods.add(
                each.path("namespace").asText() + "/" + each.path("name").asText()));
        return String.join(", ", pods);
    }
}
