package io.shiplog.docker.story;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.client.ApiResources;
import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.ConnectionOptions;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.story.MomentConverter.Moment;
import io.shiplog.events.json.Json;
import io.shiplog.projections.history.Point;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows past objects. */
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        description = "Show objects at a moment; all of kubectl's read commands work there with --server …/at/MOMENT.",
        footer = {
            "",
            "A moment is " + Point.FORMS + ".",
            "",
            "Examples:",
            "  kubectl shiplog get pods -n shop --at 03:12",
            "  kubectl shiplog get deployment/web --at 1234 -o yaml > web.yaml"
        })
public final class GetCommand implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(arity = "1..2", paramLabel = "KIND/NAME", description = "one object, or all of a kind")
    private List<String> words = List.of();

    @Option(
            names = "--at",
            required = true,
            paramLabel = "MOMENT",
            converter = MomentConverter.class,
            description = "the moment")
    private @Nullable Moment at;

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "in all namespaces")
    private boolean everywhere;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description = "table, wide, yaml, json or name (default: table)")
    private Output output = Output.table;

    private enum Output {
        table,
        wide,
        yaml,
        json,
        name
    }

    @Override
    public Integer call() {
        try (KubeApi api = connection.open()) {
            Target target = Target.of(words, ApiResources.of(api));
            String namespace = everywhere ? "" : connection.namespace(api);
            if (everywhere && !target.name().isEmpty()) {
                throw new ClientException("a resource cannot be retrieved by name across all namespaces");
            }
            String path = "/at/" + KubeApi.encoded(String.valueOf(at))
                    + (target.name().isEmpty()
                            ? target.resource().path(namespace)
                            : target.resource().path(namespace, target.name()));
            show(api, path, target, everywhere && target.resource().namespaced());
            return ExitCode.OK;
        }
    }

    private void show(KubeApi api, String path, Target target, boolean withNamespace) {
        switch (output) {
            case yaml -> Terminal.print(api.text(path, KubeApi.YAML));
            case json -> Terminal.println(api.get(path).toPrettyString());
            case name -> {
                JsonNode answer = api.get(path);
                for (JsonNode each : answer.has("items") ? answer.path("items") : List.of(answer)) {
                    Terminal.println(target.resource().qualified() + "/"
                            + each.path("metadata").path("name").asText());
                }
            }
            case table, wide -> {
                String table = Table.text(tree(api.text(path, KubeApi.TABLE)), output == Output.wide, withNamespace);
                if (table.isEmpty()) {
                    Terminal.note("No resources found");
                } else {
                    Terminal.print(table);
                }
            }
        }
    }

    private static JsonNode tree(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new ClientException("the server's answer is not JSON: is it a Shiplog cluster?");
        }
    }
}
