package io.shiplog.docker.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ConnectionOptions;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.client.Terminal;
import io.shiplog.docker.history.query.MomentConverter;
import io.shiplog.docker.history.query.MomentConverter.Moment;
import io.shiplog.docker.history.query.Review;
import io.shiplog.docker.history.query.Scope;
import io.shiplog.docker.history.text.ScheduleText;
import io.shiplog.events.json.Json;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Explains the scheduler's decision. */
@Command(
        name = "explain-schedule",
        mixinStandardHelpOptions = true,
        description = {
            "Run the scheduler for a pod, on the state of a moment: for each node, every filter's objection or every score.",
            "Without --at: the decision that chose the pod's node; for a pending pod, the decision now. The same state always gives the same decision."
        },
        footer = {
            "",
            MomentConverter.HELP,
            "",
            "Examples:",
            "  kubectl shiplog explain-schedule web-6d4cf56db6-x2x7k",
            "  kubectl shiplog explain-schedule pod/web-0 -n shop --at 03:12"
        })
public final class ExplainScheduleCommand implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(paramLabel = "POD", description = "the pod, as NAME or pod/NAME")
    private String pod = "";

    @Option(
            names = "--at",
            paramLabel = "MOMENT",
            converter = MomentConverter.class,
            description = "the state of a moment")
    private @Nullable Moment at;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description = "table, or json for the API's own answer (default: table)")
    private Output output = Output.table;

    private enum Output {
        table,
        json
    }

    @Override
    public Integer call() {
        try (KubeApi api = connection.open()) {
            ObjectNode spec = Json.MAPPER.createObjectNode();
            spec.putObject("pod").put("name", pod.replaceFirst("^(pods?|po)/", ""));
            if (at != null) {
                spec.put("at", at.text());
            }
            Scope scope = Scope.of(connection, api);
            JsonNode answer = scope.askedOfObject(
                    () -> new Review("ScheduleReview", "schedulereviews", spec).ask(api, scope.namespace()));
            switch (output) {
                case table -> ScheduleText.lines(answer.path("status")).forEach(Terminal::println);
                case json -> Terminal.println(answer.toPrettyString());
            }
            return ExitCode.OK;
        }
    }
}
