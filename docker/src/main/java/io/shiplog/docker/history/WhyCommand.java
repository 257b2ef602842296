package io.shiplog.docker.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ApiResources;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.client.Terminal;
import io.shiplog.docker.history.query.LastLines;
import io.shiplog.docker.history.query.MomentConverter;
import io.shiplog.docker.history.query.MomentConverter.Moment;
import io.shiplog.docker.history.query.Review;
import io.shiplog.docker.history.query.Scope;
import io.shiplog.docker.history.query.Target;
import io.shiplog.docker.history.text.WhyText;
import io.shiplog.events.json.Json;
import io.shiplog.projections.history.Point;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what led to an object or change. */
@Command(
        name = "why",
        mixinStandardHelpOptions = true,
        description = {
            "Show why an object is in its state, or is gone: first a verdict in one or two lines, then the users' commands that led to it, their effects, the scheduler's decision with every filter's objection and every score, and the reports of its node.",
            "With a revision, what led to that event."
        },
        footer = {
            "",
            MomentConverter.HELP,
            "",
            "Examples:",
            "  kubectl shiplog why pod/web-6d4cf56db6-x2x7k",
            "  kubectl shiplog why deployment/web -n shop --at 03:12",
            "  kubectl shiplog why '#1234'"
        })
public final class WhyCommand implements Callable<Integer> {
    @Mixin
    private ScopeOptions where = new ScopeOptions();

    @Parameters(arity = "1..2", paramLabel = "KIND/NAME|REVISION", description = "the object, or the event")
    private List<String> words = List.of();

    @Option(
            names = "--at",
            paramLabel = "MOMENT",
            converter = MomentConverter.class,
            description = "up to a moment (default: now)")
    private @Nullable Moment at;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description = "story, or json for the API's own answer (default: story)")
    private Output output = Output.story;

    private enum Output {
        story,
        json
    }

    @Override
    public Integer call() {
        try (KubeApi api = where.open()) {
            JsonNode answer = words.size() == 1 && Point.isRevision(words.getFirst())
                    ? ofEvent(api, words.getFirst().replace("#", ""))
                    : ofObject(api);
            switch (output) {
                case story -> {
                    Terminal.print(new WhyText(ZoneId.systemDefault()).of(answer.path("status")));
                    lastLines(api, answer).forEach(Terminal::println);
                }
                case json -> Terminal.println(answer.toPrettyString());
            }
            return ExitCode.OK;
        }
    }

    /** For an existing pod. */
    private List<String> lastLines(KubeApi api, JsonNode answer) {
        JsonNode object = answer.path("spec").path("object");
        return at == null && object.path("kind").asText().equals("Pod")
                ? LastLines.of(
                        api,
                        object.path("namespace").asText(""),
                        object.path("name").asText())
                : List.of();
    }

    private JsonNode ofEvent(KubeApi api, String revision) {
        ObjectNode spec = Json.MAPPER.createObjectNode();
        spec.put("change", revision);
        Scope scope = where.scopeOfEvent(api, revision);
        return scope.asked(() -> new Review("Cause", "causes", spec).ask(api, scope.namespace()));
    }

    private JsonNode ofObject(KubeApi api) {
        Target target = Target.one(words, ApiResources.of(api));
        Scope scope = where.scopeOf(target, api);
        return Review.about("Cause", "causes", "object", target, at, api, scope);
    }
}
