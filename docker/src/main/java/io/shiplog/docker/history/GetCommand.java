package io.shiplog.docker.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ApiResource;
import io.shiplog.docker.client.ApiResources;
import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.client.Terminal;
import io.shiplog.docker.history.query.MomentConverter;
import io.shiplog.docker.history.query.MomentConverter.Moment;
import io.shiplog.docker.history.query.Scope;
import io.shiplog.docker.history.query.Target;
import io.shiplog.docker.history.text.Manifest;
import io.shiplog.docker.history.text.Table;
import io.shiplog.events.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
            MomentConverter.HELP,
            "",
            "Examples:",
            "  kubectl shiplog get pods -n shop --at 03:12",
            "  kubectl shiplog get deploy,pods -A --at 10m",
            "  kubectl shiplog get deployment/web --at 1234 -o yaml > web.yaml"
        })
public final class GetCommand implements Callable<Integer> {
    @Mixin
    private ScopeOptions where = new ScopeOptions();

    @Parameters(
            arity = "1..*",
            paramLabel = "KIND[,KIND]|KIND/NAME",
            description = "all of some kinds (all: the usual ones), or objects by name")
    private List<String> words = List.of();

    @Option(
            names = "--at",
            required = true,
            paramLabel = "MOMENT",
            converter = MomentConverter.class,
            description = "the moment")
    private @Nullable Moment at;

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
        try (KubeApi api = where.open()) {
            List<Target> targets = Target.several(words, ApiResources.of(api));
            switch (output) {
                case yaml ->
                    Terminal.print(
                            targets.size() == 1
                                    ? text(api, targets.getFirst(), KubeApi.YAML)
                                    : Manifest.yaml(whole(api, targets)));
                case json -> Terminal.println(whole(api, targets).toPrettyString());
                case name ->
                    targets.forEach(target -> objects(api, target)
                            .forEach(each -> Terminal.println(target.resource()
                                    .named(each.path("metadata").path("name").asText()))));
                case table, wide -> tables(api, targets);
            }
            return ExitCode.OK;
        }
    }

    private String path(KubeApi api, Target target) {
        String namespace = where.scopeOf(target, api).namespace();
        return "/at/" + KubeApi.encoded(String.valueOf(at))
                + (target.name().isEmpty()
                        ? target.resource().path(namespace)
                        : target.resource().path(namespace, target.name()));
    }

    private String text(KubeApi api, Target target, String accept) {
        String path = path(api, target);
        Scope scope = where.scopeOf(target, api);
        return target.name().isEmpty()
                ? scope.asked(() -> api.text(path, accept))
                : scope.askedOfObject(() -> api.text(path, accept));
    }

    /** The server's answer; a list of all objects if there is more than one target. */
    private JsonNode whole(KubeApi api, List<Target> targets) {
        if (targets.size() == 1) {
            return tree(text(api, targets.getFirst(), KubeApi.JSON));
        }
        ObjectNode list = Json.MAPPER.createObjectNode();
        list.put("apiVersion", "v1").put("kind", "List");
        list.putObject("metadata").put("resourceVersion", "");
        ArrayNode items = list.putArray("items");
        targets.forEach(target -> objects(api, target).forEach(items::add));
        return list;
    }

    private List<ObjectNode> objects(KubeApi api, Target target) {
        JsonNode answer = tree(text(api, target, KubeApi.JSON));
        List<ObjectNode> objects = new ArrayList<>();
        for (JsonNode each : answer.has("items") ? answer.path("items") : List.of(answer)) {
            ObjectNode object = Json.MAPPER.createObjectNode();
            object.put("apiVersion", target.resource().apiVersion())
                    .put("kind", target.resource().kind());
            object.setAll((ObjectNode) each);
            objects.add(object);
        }
        return objects;
    }

    /** A table per kind; with several kinds, each name has its kind before it. */
    private void tables(KubeApi api, List<Target> targets) {
        Map<ApiResource, JsonNode> tables = new LinkedHashMap<>();
        for (Target target : targets) {
            JsonNode table = tree(text(api, target, KubeApi.TABLE));
            JsonNode before = tables.putIfAbsent(target.resource(), table);
            if (before != null) {
                ((ArrayNode) before.path("rows")).addAll((ArrayNode) table.path("rows"));
            }
        }
        List<String> texts = new ArrayList<>();
        tables.forEach((resource, table) -> {
            if (tables.size() > 1) {
                table.path("rows").forEach(row -> qualify(resource, (ArrayNode) row.path("cells")));
            }
            boolean withNamespace = where.scope(api).isEverywhere() && resource.namespaced();
            texts.add(Table.text(table, output == Output.wide, withNamespace));
        });
        texts.removeIf(String::isEmpty);
        Terminal.print(String.join("\n", texts));
        if (texts.isEmpty()) {
            boolean namespaced =
                    targets.stream().anyMatch(target -> target.resource().namespaced());
            Scope scope = where.scope(api);
            if (namespaced) {
                scope.requireKnown(api);
            }
            Terminal.note(
                    namespaced && !scope.isEverywhere()
                            ? "No resources found in %s: give %s".formatted(scope.shown(), scope.others())
                            : "No resources found");
        }
    }

    private static void qualify(ApiResource resource, ArrayNode cells) {
        cells.set(0, cells.textNode(resource.named(cells.path(0).asText())));
    }

    private static JsonNode tree(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new ClientException("the server's answer is not JSON: is it a Shiplog cluster?");
        }
    }
}
