package io.shiplog.docker.history;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.client.ApiResources;
import io.shiplog.docker.client.ConnectionOptions;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.client.Terminal;
import io.shiplog.docker.history.query.MomentConverter;
import io.shiplog.docker.history.query.MomentConverter.Moment;
import io.shiplog.docker.history.query.Review;
import io.shiplog.docker.history.query.Scope;
import io.shiplog.docker.history.query.Target;
import io.shiplog.docker.history.text.BlameText;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows who set each value. */
@Command(
        name = "blame",
        mixinStandardHelpOptions = true,
        description =
                "Show an object as YAML, each value with the revision, time, user and command that last set it. For a deleted object, its last state.",
        footer = {
            "",
            MomentConverter.HELP,
            "",
            "Examples:",
            "  kubectl shiplog blame deployment/web",
            "  kubectl shiplog blame configmap/prices -n shop --at 03:12",
            "  kubectl shiplog blame node/node-1 -o json | jq '.status.fields[] | select(.actor==\"alice\")'"
        })
public final class BlameCommand implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(arity = "1..2", paramLabel = "KIND/NAME", description = "the object")
    private List<String> words = List.of();

    @Mixin
    private ShownOptions shown = new ShownOptions();

    @Option(
            names = "--at",
            paramLabel = "MOMENT",
            converter = MomentConverter.class,
            description = "at a moment (default: now)")
    private @Nullable Moment at;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description = "yaml, or json for the API's own answer (default: yaml)")
    private Output output = Output.yaml;

    private enum Output {
        yaml,
        json
    }

    @Override
    public Integer call() {
        try (KubeApi api = connection.open()) {
            Target target = Target.one(words, ApiResources.of(api));
            Scope scope = Scope.of(target, connection, api);
            JsonNode answer = Review.about("Blame", "blames", "object", target, at, api, scope);
            switch (output) {
                case yaml ->
                    Terminal.print(new BlameText(ZoneId.systemDefault(), shown.shown()).of(answer.path("status")));
                case json -> Terminal.println(answer.toPrettyString());
            }
            return ExitCode.OK;
        }
    }
}
